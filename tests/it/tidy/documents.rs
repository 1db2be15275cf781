//! Rules about files as such: their size, their opening, and documents that
//! speak the truth about them.

use super::Rule;
use super::tree::{File, Problem, Tree};

pub const RULES: &[Rule] = &[
    Rule {
        name: "files stay readable",
        check: size,
        bad: &[
            &[("src/chat/mod.rs", TOO_LONG)],
            &[("web/src/a.svelte", TOO_LONG)],
        ],
        good: &[&[("src/chat/mod.rs", TOO_LONG.split_at(2).1)]],
    },
    Rule {
        name: "every Rust file opens by saying what it is for",
        check: opening,
        bad: &[
            &[("src/chat/mod.rs", "use crate::db;")],
            &[("tests/it/a.rs", "// A plain comment.\nfn f() {}")],
        ],
        good: &[&[("src/chat/mod.rs", "//! Chats.\nuse crate::db;")]],
    },
    Rule {
        name: "every SQL file is used",
        check: unused_sql,
        bad: &[&[
            ("src/chat/store.rs", "// include_str!(\"sql/history.sql\")"),
            ("src/chat/sql/history.sql", "SELECT 1"),
        ]],
        good: &[&[
            (
                "src/chat/store.rs",
                "const A: &str = include_str!(\"sql/history.sql\");",
            ),
            ("src/chat/sql/history.sql", "SELECT 1"),
        ]],
    },
    Rule {
        name: "documented paths exist",
        check: documented_paths,
        bad: &[
            &[("README.md", "See `src/gone.rs`.")],
            &[("ARCHITECTURE.md", "See [the map](docs/map.md).")],
            &[("packaging/asvs.md", "| 1.2.4 | met | `src/gone.rs` |")],
            &[
                ("ARCHITECTURE.md", "The rules are in `tidy.rs`."),
                ("src/a.rs", ""),
            ],
        ],
        good: &[&[
            (
                "README.md",
                "`make run`, `src/`, `src/a.rs`, `/health`, `a/b`, `model.gguf`\n[a](#b)",
            ),
            ("src/a.rs", ""),
        ]],
    },
    Rule {
        name: "the map shows every module",
        check: map_is_complete,
        bad: &[&[("ARCHITECTURE.md", "`src/chat`"), ("src/jobs/mod.rs", "")]],
        good: &[&[
            ("ARCHITECTURE.md", "`src/chat/`, `src/types.rs`"),
            ("src/chat/mod.rs", ""),
            ("src/types.rs", ""),
        ]],
    },
    Rule {
        name: "no registry hosts and no machine's paths",
        check: hosts_and_paths,
        bad: &[
            &[("README.md", concat!("From https://crates", ".io."))],
            &[(
                "web/package-lock.json",
                concat!("\"https://registry.npmjs", ".org/x\""),
            )],
            &[("Makefile", concat!("cp x /ro", "ot/y"))],
            &[("src/a.rs", concat!("\"/wo", "rk/z\""))],
        ],
        good: &[&[("README.md", "The root, home/work/x, and /health.")]],
    },
    Rule {
        name: "what is fuzzed is what is built",
        check: fuzzed_versions,
        bad: &[&[
            (
                "Cargo.lock",
                "[[package]]\nname = \"zip\"\nversion = \"9.8.0\"\n",
            ),
            (
                "fuzz/Cargo.lock",
                "[[package]]\nname = \"zip\"\nversion = \"9.7.0\"\n",
            ),
        ]],
        good: &[&[
            (
                "Cargo.lock",
                "[[package]]\nname = \"zip\"\nversion = \"9.8.0\"\n\n[[package]]\nname = \"zip\"\nversion = \"8.0.0\"\n",
            ),
            (
                "fuzz/Cargo.lock",
                "[[package]]\nname = \"zip\"\nversion = \"9.8.0\"\n\n[[package]]\nname = \"arbitrary\"\nversion = \"1.0.0\"\n",
            ),
        ]],
    },
];

/// One line more than the limit.
const TOO_LONG: &str = match std::str::from_utf8(&LINES) {
    Ok(lines) => lines,
    Err(_) => panic!(),
};

const LINES: [u8; 2 * (LIMIT + 1)] = {
    let mut lines = [b'\n'; 2 * (LIMIT + 1)];
    let mut at = 0;
    while at < lines.len() {
        lines[at] = b'x';
        at += 2;
    }
    lines
};

/// The most lines of code, neither blank nor only a comment, a file may have.
const LIMIT: usize = 500;

fn size(tree: &Tree) -> Vec<Problem> {
    let by_hand = |file: &&File| {
        file.is(&[
            ".rs", ".ts", ".js", ".mjs", ".svelte", ".css", ".sh", ".sql", ".cmake",
        ]) && !file.within(&["web/build/**", "web/src/lib/api/schema.ts"])
    };
    let mut problems = Vec::new();
    for file in tree.files.iter().filter(by_hand) {
        let marks: &[&str] = if file.is(&[".rs"]) {
            &[]
        } else {
            &["//", "/*", "*", "#", "--", "<!--"]
        };
        let is_code = |line: &&str| {
            let line = line.trim();
            !line.is_empty() && !marks.iter().any(|mark| line.starts_with(mark))
        };
        let lines = file.uncommented.lines().filter(is_code).count();
        if lines > LIMIT {
            problems.push(file.problem(0, format!("{lines} lines of code, {LIMIT} at most")));
        }
    }
    problems
}

fn opening(tree: &Tree) -> Vec<Problem> {
    let bare = |file: &&File| file.is(&[".rs"]) && !file.text.trim_start().starts_with("//!");
    let tell = |file: &File| file.problem(1, "no `//!` that says what the file is for");
    tree.files.iter().filter(bare).map(tell).collect()
}

fn unused_sql(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in tree.files.iter().filter(|f| f.within(&["src/**.sql"])) {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        let used = |source: &File| {
            let quoted = |text: String| source.uncommented.contains(&text);
            quoted(format!("/{name}\""))
                || quoted(format!("\"{name}\""))
                // A table of migrations adds the ending.
                || quoted(format!("\"{}\"", name.trim_end_matches(".sql")))
        };
        if !tree.sources().any(used) {
            problems.push(file.problem(0, "nothing includes this file"));
        }
    }
    problems
}

/// The documents that describe the repository as it is.
const DOCUMENTS: &[&str] = &[
    "README.md",
    "ARCHITECTURE.md",
    "web/README.md",
    "packaging/asvs.md",
];

fn documented_paths(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in tree.files.iter().filter(|f| f.within(DOCUMENTS)) {
        for (number, line) in file.text.lines().enumerate() {
            let spans = line.split('`').skip(1).step_by(2);
            let mut paths: Vec<&str> = spans.filter(|span| is_path(span)).collect();
            let links = line
                .split("](")
                .skip(1)
                .filter_map(|rest| rest.split([')', '#']).next());
            paths.extend(links.filter(|link| !link.is_empty() && !link.contains("://")));
            // A bare name stands for any file so called.
            let exists = |path: &&str| match path.contains('/') {
                true => tree.has(path),
                false => tree
                    .files
                    .iter()
                    .any(|f| f.path.rsplit('/').next() == Some(path)),
            };
            for path in paths.into_iter().filter(|path| !exists(path)) {
                problems.push(file.problem(number + 1, format!("`{path}` does not exist")));
            }
        }
    }
    problems
}

/// Whether a code span means a file or folder of this repository: it starts
/// with one of its folders, or ends like one of its source files.
fn is_path(span: &str) -> bool {
    const FOLDERS: &[&str] = &[
        "src/",
        "tests/",
        "web/",
        "packaging/",
        "models/",
        "assets/",
        "systemd/",
        "benches/",
        "fuzz/",
        ".ci/",
        ".cargo/",
    ];
    const ENDINGS: &[&str] = &[".rs", ".sh", ".sql", ".cmake", ".service", ".md"];
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    // Made by the build, so absent from a fresh clone.
    let built = span.starts_with("web/build") || span.starts_with("web/node_modules");
    span.chars().all(plain)
        && !built
        && (FOLDERS.iter().any(|folder| span.starts_with(folder))
            || ENDINGS.iter().any(|ending| span.ends_with(ending)))
}

fn map_is_complete(tree: &Tree) -> Vec<Problem> {
    let Some(map) = tree.files.iter().find(|f| f.path == "ARCHITECTURE.md") else {
        return Vec::new();
    };
    let mut modules: Vec<&str> = tree
        .sources()
        .filter_map(|file| file.path.split('/').nth(1))
        .filter(|name| !matches!(*name, "lib.rs" | "main.rs"))
        .collect();
    modules.dedup();
    modules
        .into_iter()
        .filter(|name| !map.text.contains(&format!("`src/{name}")))
        .map(|name| map.problem(0, format!("`src/{name}` is not on the map")))
        .collect()
}

fn hosts_and_paths(tree: &Tree) -> Vec<Problem> {
    // In pieces, so that this file passes its own check.
    const HOSTS: &[&str] = &[
        concat!("crates", ".io"),
        concat!("npmjs", ".org"),
        concat!("pypi", ".org"),
        concat!("pythonhosted", ".org"),
        concat!("deb.debian", ".org"),
    ];
    const FOLDERS: &[&str] = &[concat!("/ro", "ot"), concat!("/wo", "rk")];
    let starts_a_path = |line: &str, folder: &str| {
        line.match_indices(folder).any(|(at, _)| {
            let part = |c: char| c.is_alphanumeric() || "_-.~)}/*".contains(c);
            !line[..at].ends_with(part) && line[at + folder.len()..].starts_with('/')
        })
    };
    let mut problems = Vec::new();
    // Cargo names its registry in every lock file.
    let tracked = |f: &&File| !f.is(&["Cargo.lock"]) && !f.within(&["web/build/**"]);
    for file in tree.files.iter().filter(tracked) {
        for (number, line) in file.text.lines().enumerate() {
            let host = HOSTS.iter().find(|host| line.contains(**host));
            let folder = FOLDERS.iter().find(|folder| starts_a_path(line, folder));
            if let Some(found) = host.or(folder) {
                problems.push(file.problem(number + 1, format!("names {found}")));
            }
        }
    }
    problems
}

/// Packages of the fuzz targets in other versions than the program has.
fn fuzzed_versions(tree: &Tree) -> Vec<Problem> {
    let packages = |path: &str| {
        let lock = tree.files.iter().find(|file| file.path == path);
        let lines = lock.into_iter().flat_map(|file| file.text.lines());
        let lines: Vec<&str> = lines.collect();
        let pairs = lines.windows(2).filter_map(|pair| {
            let name = pair[0].strip_prefix("name = ")?;
            Some((
                name.to_owned(),
                pair[1].strip_prefix("version = ")?.to_owned(),
            ))
        });
        pairs.collect::<Vec<_>>()
    };
    let built = packages("Cargo.lock");
    let fuzzed = packages("fuzz/Cargo.lock").into_iter();
    let differs = |(name, version): &(String, String)| {
        let mut same = built.iter().filter(|(other, _)| other == name).peekable();
        same.peek().is_some() && same.all(|(_, other)| other != version)
    };
    let told = fuzzed.filter(differs).map(|(name, version)| {
        let what = format!("{name} {version} is not what the program is built with");
        Problem::of("fuzz/Cargo.lock", what)
    });
    told.collect()
}
