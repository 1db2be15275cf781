//! What must not appear in code, SQL, build files or the built web app.

use super::Rule;
use super::lex::tokens;
use super::tree::{File, Problem, Tree};

pub const RULES: &[Rule] = &[
    Rule {
        name: "no transaction spans both databases",
        check: attach,
        bad: &[
            &[(
                "src/db/open.rs",
                "c.execute(\"ATTACH 'derived.db' AS d\", [])",
            )],
            &[("src/lessons/sql/x.sql", "attach database ?1 as d;")],
        ],
        good: &[&[(
            "src/http/files.rs",
            "// ATTACH is banned\nlet kind = \"attachment\";",
        )]],
    },
    Rule {
        name: "sync and money do not trust the clock or floats",
        check: clocks_and_floats,
        bad: &[
            &[(
                "src/sync/sql/feed.sql",
                "SELECT id FROM feed\nORDER BY created_at, id",
            )],
            &[(
                "src/payments/store.rs",
                "let q = \"SELECT max(updated_at) FROM claims\";",
            )],
            &[("src/payments/mod.rs", "pub struct Price { francs: f64 }")],
            &[("src/payments/sql/x.sql", "CREATE TABLE x (francs REAL)")],
        ],
        good: &[
            &[(
                "src/sync/sql/feed.sql",
                "SELECT created_at FROM feed ORDER BY seq",
            )],
            &[("src/retrieval/fuse.rs", "fn score(x: f32) {}")],
        ],
    },
    Rule {
        name: "nothing is built for this machine only",
        check: native_builds,
        bad: &[
            &[(
                ".cargo/config.toml",
                "rustflags = [\"-C\", \"target-cpu=native\"]",
            )],
            &[(
                "packaging/cmake/x.cmake",
                "add_compile_options(-march=native)",
            )],
            &[("Makefile", "export GGML_NATIVE=ON")],
        ],
        good: &[&[(".cargo/config.toml", "GGML_NATIVE = \"OFF\"")]],
    },
    Rule {
        name: "the built web app loads nothing from outside",
        check: external_urls,
        bad: &[
            &[(
                "web/build/index.html",
                "<link href=\"https://fonts.example/a.css\">",
            )],
            &[("web/build/_app/a.js", "fetch('//cdn.example/x.js')")],
            &[(
                "web/build/_app/a.css",
                "src: url(http://cdn.example/x.woff2)",
            )],
        ],
        good: &[
            &[(
                "web/build/_app/a.js",
                "e.namespaceURI='http://www.w3.org/2000/svg'",
            )],
            &[(
                "web/build/_app/a.js",
                "throw Error('https://svelte.dev/e/x'); // a",
            )],
            &[("web/src/a.ts", "// see https://example.org")],
        ],
    },
    Rule {
        name: "no test is skipped and nothing is left undone",
        check: leftovers,
        bad: &[
            &[("src/chat/mod.rs", "#[test]\n#[ignore]\nfn f() {}")],
            &[("tests/it/a.rs", "#[ignore = \"slow\"]")],
            &[("src/chat/mod.rs", "fn f() { todo!() }")],
            &[("src/chat/mod.rs", "fn f() { dbg!(x); }")],
            &[("web/src/lib/a.test.ts", "it.skip('works', () => {})")],
            &[("web/e2e/a.spec.ts", "test.only('works', f)")],
        ],
        good: &[
            &[("src/chat/mod.rs", "/// todo!() is banned.\nfn ignore() {}")],
            &[("web/src/lib/a.test.ts", "it('skips blanks', f)")],
        ],
    },
    Rule {
        name: "a lint is switched off only with a reason, never for a whole file",
        check: lints,
        bad: &[
            &[(
                "src/chat/mod.rs",
                "#[allow(clippy::too_many_lines)]\nfn f() {}",
            )],
            &[("src/chat/mod.rs", "#[expect(unused)]\nfn f() {}")],
            &[(
                "src/chat/mod.rs",
                "#![allow(clippy::disallowed_methods, reason = \"x\")]",
            )],
        ],
        good: &[&[(
            "src/chat/mod.rs",
            "#[expect(\n  unused,\n  reason = \"in tests\"\n)]\nfn f() {}",
        )]],
    },
];

/// The lines of a file whose lower-case text fulfils `test`.
fn lines_where(file: &File, text: &str, what: &str, test: impl Fn(&str) -> bool) -> Vec<Problem> {
    let broken = |(_, line): &(usize, &str)| test(&line.to_lowercase());
    text.lines()
        .enumerate()
        .filter(broken)
        .map(|(number, line)| file.problem(number + 1, format!("{what}: {}", line.trim())))
        .collect()
}

/// Whether `line` holds `word` and no letter touches it.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        !line[..at].ends_with(is_word) && !line[at + word.len()..].starts_with(is_word)
    })
}

fn attach(tree: &Tree) -> Vec<Problem> {
    let of_sql = |file: &&File| file.within(&["src/**.rs", "src/**.sql"]);
    let sql = |line: &str| has_word(line, "attach");
    let look = |file: &File| lines_where(file, &file.uncommented, "ATTACH", sql);
    tree.files.iter().filter(of_sql).flat_map(look).collect()
}

fn clocks_and_floats(tree: &Tree) -> Vec<Problem> {
    const PARTS: &[&str] = &["src/sync**", "src/payments**", "src/hub**"];
    let ordered = |line: &str| {
        let after = |key: &str| line.find(key).map(|at| &line[at..]);
        let keys = ["order by", "max(", "min("].into_iter().filter_map(after);
        keys.into_iter().any(|part| part.contains("_at"))
    };
    let float = |line: &str| {
        ["f32", "f64", "real"]
            .iter()
            .any(|word| has_word(line, word))
    };
    let mut problems = Vec::new();
    for file in tree.files.iter().filter(|file| file.within(PARTS)) {
        let text = &file.uncommented;
        problems.extend(lines_where(file, text, "ordered by the clock", ordered));
        problems.extend(lines_where(file, text, "a float", float));
    }
    problems
}

fn native_builds(tree: &Tree) -> Vec<Problem> {
    const BUILD: &[&str] = &[
        "Cargo.toml",
        "cross.toml",
        ".cargo/**",
        "**build.rs",
        "Makefile",
        "packaging/**",
        ".ci/**",
        "systemd/**",
    ];
    let native = |line: &str| {
        let line = line.replace([' ', '"', '\''], "");
        [
            "target-cpu=native",
            "march=native",
            "mcpu=native",
            "mtune=native",
        ]
        .iter()
        .any(|flag| line.contains(flag))
            || ["=on", "=1", "=true"]
                .iter()
                .any(|on| line.contains(&format!("ggml_native{on}")))
    };
    let look = |file: &File| lines_where(file, &file.text, "built for one machine", native);
    tree.files
        .iter()
        .filter(|file| file.within(BUILD))
        .flat_map(look)
        .collect()
}

/// Names in the build that no browser ever loads: XML namespaces, and the
/// framework's links to explanations of its errors.
const NAMES_ONLY: &[&str] = &["//www.w3.org/", "//svelte.dev/e/"];

fn external_urls(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in tree.files.iter().filter(|f| f.within(&["web/build/**"])) {
        for (number, line) in file.text.lines().enumerate() {
            for (at, _) in line.match_indices("//") {
                let rest = &line[at..];
                let host = rest[2..].split(|c: char| !(c.is_alphanumeric() || "-.".contains(c)));
                let host = host.into_iter().next().unwrap_or_default();
                let opened = line[..at].ends_with(['"', '\'', '`', '(', ':', '=']);
                let known = NAMES_ONLY.iter().any(|name| rest.starts_with(name));
                if opened && !known && host.contains('.') && !host.starts_with('.') {
                    problems.push(file.problem(number + 1, format!("external address {host}")));
                }
            }
        }
    }
    problems
}

fn leftovers(tree: &Tree) -> Vec<Problem> {
    const SKIPS: &[&str] = &[".skip(", ".only(", ".fixme(", ".todo(", ".skip.", ".only."];
    let mut problems = Vec::new();
    for file in tree
        .files
        .iter()
        .filter(|f| f.within(&["src/**.rs", "tests/**.rs", "benches/**.rs"]))
    {
        for three in tokens(&file.code).windows(3) {
            let [a, b, c] = [three[0].text, three[1].text, three[2].text];
            let ignored = a == "[" && b == "ignore" && (c == "]" || c == "=");
            let undone = matches!(a, "todo" | "unimplemented" | "dbg") && b == "!";
            if ignored || undone {
                problems.push(file.problem(three[0].line, format!("{a}{b}{c}")));
            }
        }
    }
    let is_web_test = |f: &&File| f.within(&["web/src/**.test.ts", "web/e2e/**.ts"]);
    for file in tree.files.iter().filter(is_web_test) {
        let skipped = |line: &str| SKIPS.iter().any(|skip| line.contains(skip));
        problems.extend(lines_where(file, &file.text, "a skipped test", skipped));
    }
    problems
}

fn lints(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in tree
        .files
        .iter()
        .filter(|f| f.within(&["src/**.rs", "tests/**.rs", "benches/**.rs"]))
    {
        let tokens = tokens(&file.code);
        for (at, token) in tokens.iter().enumerate().skip(1) {
            let attribute = matches!(token.text, "allow" | "expect") && tokens[at - 1].text == "[";
            if !attribute {
                continue;
            }
            let whole_file = at >= 2 && tokens[at - 2].text == "!";
            let mut inside = tokens[at..].iter().take_while(|t| t.text != "]");
            if whole_file || !inside.any(|t| t.text == "reason") {
                problems.push(file.problem(token.line, format!("{} without a reason", token.text)));
            }
        }
    }
    problems
}
