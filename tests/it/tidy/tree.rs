//! The files under inspection: the repository's own, or a made-up example.

use std::fmt;
use std::path::Path;
use std::process::Command;

use super::lex;

/// One text file.
pub struct File {
    /// Path from the top of the repository, with `/`.
    pub path: String,
    /// What is in it.
    pub text: String,
    /// For Rust: the text with comments blanked.
    pub uncommented: String,
    /// For Rust: the text with comments and the insides of strings blanked.
    pub code: String,
}

impl File {
    fn new(path: &str, text: String) -> Self {
        let (uncommented, code) = if path.ends_with(".rs") {
            (lex::without_comments(&text), lex::code(&text))
        } else {
            (text.clone(), text.clone())
        };
        Self {
            path: path.to_owned(),
            text,
            uncommented,
            code,
        }
    }

    /// Whether the file has one of these endings.
    pub fn is(&self, endings: &[&str]) -> bool {
        endings.iter().any(|ending| self.path.ends_with(ending))
    }

    /// Whether the path matches one of these patterns, see [`matches`].
    pub fn within(&self, patterns: &[&str]) -> bool {
        patterns.iter().any(|pattern| matches(pattern, &self.path))
    }

    /// A problem on a line of this file (1-based; 0 for the whole file).
    pub fn problem(&self, line: usize, what: impl Into<String>) -> Problem {
        Problem {
            path: self.path.clone(),
            line,
            what: what.into(),
        }
    }
}

/// Something that breaks a rule.
pub struct Problem {
    path: String,
    line: usize,
    what: String,
}

impl Problem {
    /// A problem of a whole file.
    pub fn of(path: &str, what: String) -> Self {
        Self {
            path: path.to_owned(),
            line: 0,
            what,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}

/// All files under inspection.
pub struct Tree {
    pub files: Vec<File>,
}

impl Tree {
    /// A made-up tree.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let files = files
            .iter()
            .map(|(path, text)| File::new(path, (*text).to_owned()))
            .collect();
        Self { files }
    }

    /// The files git knows or would add, and the built web app when there is one.
    /// Files that are not text are left out.
    pub fn of_repository() -> Self {
        let top = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut paths = git_files(top);
        let built = walkdir::WalkDir::new(top.join("web/build"));
        for entry in built.into_iter().filter_map(Result::ok) {
            if entry.file_type().is_file() {
                let path = entry.path().strip_prefix(top).expect("below the top");
                paths.push(path.to_string_lossy().into_owned());
            }
        }
        let read = |path: &String| {
            let text = std::fs::read_to_string(top.join(path)).ok()?;
            Some(File::new(path, text))
        };
        let files: Vec<File> = paths.iter().filter_map(read).collect();
        assert!(files.iter().any(|file| file.path == "Cargo.toml"));
        Self { files }
    }

    /// The Rust files below `src/`.
    pub fn sources(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|f| f.within(&["src/**.rs"]))
    }

    /// Whether a file or a folder of this name is there.
    pub fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        self.files.iter().any(|file| {
            file.path
                .strip_prefix(path)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

fn git_files(top: &Path) -> Vec<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "asks git, starts no child of the box"
    )]
    let listed = Command::new("git")
        // The checkout may belong to another user, as in a container.
        .args([
            "-c",
            "safe.directory=*",
            "ls-files",
            "-z",
            "--cached",
            "--others",
        ])
        .arg("--exclude-standard")
        .current_dir(top)
        .output()
        .expect("git runs");
    assert!(
        listed.status.success(),
        "git ls-files: {}",
        String::from_utf8_lossy(&listed.stderr)
    );
    let listed = String::from_utf8(listed.stdout).expect("file names are UTF-8");
    listed.split_terminator('\0').map(str::to_owned).collect()
}

/// Whether `path` fits `pattern`: `*` stands for anything but `/`, `**` for anything.
pub fn matches(pattern: &str, path: &str) -> bool {
    if let Some(rest) = pattern.strip_prefix("**") {
        return (0..=path.len()).any(|at| path.is_char_boundary(at) && matches(rest, &path[at..]));
    }
    if let Some(rest) = pattern.strip_prefix('*') {
        let end = path.find('/').unwrap_or(path.len());
        return (0..=end).any(|at| path.is_char_boundary(at) && matches(rest, &path[at..]));
    }
    match (pattern.chars().next(), path.chars().next()) {
        (None, None) => true,
        (Some(a), Some(b)) if a == b => matches(&pattern[a.len_utf8()..], &path[b.len_utf8()..]),
        _ => false,
    }
}

#[test]
fn patterns_match_as_documented() {
    let check =
        |pattern, path, expect| assert_eq!(matches(pattern, path), expect, "{pattern} {path}");
    check("src/*/store.rs", "src/lessons/store.rs", true);
    check("src/*/store.rs", "src/a/b/store.rs", false);
    check("src/http/**", "src/http/edge/mod.rs", true);
    check("src/cli/models*", "src/cli/models/pull.rs", false);
    check("src/**.rs", "src/main.rs", true);
    check("src/app.rs", "src/app.rs.bak", false);
}
