//! Who may use what: libraries by place, and modules by direction.

use super::Rule;
use super::lex::{Token, tokens};
use super::tree::{File, Problem, Tree};

pub const RULES: &[Rule] = &[
    Rule {
        name: "libraries stay in their places",
        check: libraries,
        bad: &[
            &[("src/lessons/store.rs", "use axum::Router;")],
            &[(
                "src/lessons/mod.rs",
                "fn f() -> rusqlite::Result<()> { g() }",
            )],
            &[(
                "src/lessons/http.rs",
                "use {serde::Serialize, rusqlite::params};",
            )],
            &[("src/chat/mod.rs", "pub use llama_cpp_2 as llama;")],
            &[("src/inference/process.rs", "fn f() { ::candle_core::x() }")],
            &[("src/lessons/jobs.rs", "use pdf_extract;")],
            &[("src/lessons/mod.rs", "fn f() { zip::ZipArchive::new(r); }")],
            &[("src/models/files.rs", "fn f() { ureq::get(u); }")],
            &[(
                "src/chat/mod.rs",
                "fn f() { tokio::net::TcpStream::connect(a); }",
            )],
            &[("src/lessons/store.rs", "use sqlx::PgPool;")],
            &[("src/app.rs", "use mdns_sd::ServiceDaemon;")],
            &[("src/http/limits.rs", "use governor::Quota;")],
        ],
        good: &[
            &[("src/lessons/http.rs", "use axum::Router; // rusqlite::x")],
            &[("src/lessons/store.rs", "use rusqlite::Connection;")],
            &[(
                "src/chat/mod.rs",
                "fn f() { a.iter().zip(b); std::iter::zip(a, b); }",
            )],
            &[("src/inference/child/llm/mod.rs", "use llama_cpp_2::model;")],
            &[(
                "src/chat/mod.rs",
                "/// See axum::Router.\nconst A: &str = \"axum::x\";",
            )],
            &[("src/accounts/tests.rs", "use axum::Router;")],
            &[("src/cli/models/pull.rs", "use ureq::Agent;")],
            &[(
                "src/http/serve.rs",
                "#[cfg(test)]\nmod tests { fn f() { TcpStream::connect(a); } }",
            )],
        ],
    },
    Rule {
        name: "modules use only what is left of them",
        check: direction,
        bad: &[
            &[("src/db/mod.rs", "use crate::lessons::Lesson;")],
            &[("src/db/mod.rs", "use crate::{error::Result, chat};")],
            &[(
                "src/db/mod.rs",
                "use crate::{error::{a, b}, types, http::x};",
            )],
            &[("src/jobs/runner.rs", "fn f() { crate::app::run() }")],
            &[("src/types.rs", "use super::error::Error;")],
            &[("src/db/writer.rs", "use super::super::jobs::Job;")],
            &[("src/db/mod.rs", "mod tests { use super::super::app; }")],
            &[("src/teaching/mod.rs", "//! A module without a place.")],
        ],
        good: &[
            &[(
                "src/lessons/mod.rs",
                "use crate::{db::Writer, error::{Result, chat}};",
            )],
            &[("src/db/mod.rs", "mod tests { use super::lessons; }")],
            &[("src/db/writer.rs", "use super::http;")],
            &[("src/main.rs", "use bwenge::cli;")],
        ],
    },
];

/// A library and the only places below `src/` that may name it.
struct Place {
    crates: &'static [&'static str],
    only: &'static [&'static str],
}

const CHILD: &[&str] = &["src/inference/child/**"];
/// Test modules in files of their own may drive whatever they test.
const TESTS: &[&str] = &["src/**/tests.rs", "src/**/tests/**"];
const OUTBOUND: &[&str] = &[
    "src/cli/models**",
    "src/sync/**",
    "src/hub/**",
    "src/telemetry/**",
];

const PLACES: &[Place] = &[
    Place {
        crates: &["axum", "axum_extra", "tower_http"],
        only: &[
            "src/http/**",
            "src/*/http.rs",
            "src/*/http/**",
            "src/accounts/extract**",
            "src/chat/socket**",
            "src/app**",
        ],
    },
    // A feature's mod.rs hands out its router.
    Place {
        crates: &["utoipa_axum"],
        only: &[
            "src/http/**",
            "src/*/http.rs",
            "src/*/http/**",
            "src/*/mod.rs",
            "src/app**",
        ],
    },
    Place {
        crates: &["rusqlite", "sqlite_vec"],
        only: &[
            "src/db/**",
            "src/types.rs",
            "src/error.rs",
            "src/events.rs",
            "src/jobs/**",
            "src/*/store.rs",
            "src/*/store/**",
        ],
    },
    Place {
        crates: &["sqlx"],
        only: &["src/hub/**"],
    },
    Place {
        crates: &[
            "llama_cpp_2",
            "llama_cpp_sys_2",
            "minijinja",
            "minijinja_contrib",
            "whisper_rs",
            "whisper_rs_sys",
            "candle_core",
            "candle_nn",
            "candle_transformers",
            "tokenizers",
            "hayro",
            "image",
            "pdf_extract",
            "docx_rs",
            "quick_xml",
            "pulldown_cmark",
            "encoding_rs",
            "chardetng",
            "landlock",
            "seccompiler",
        ],
        only: CHILD,
    },
    // Model packages are zip files as well; only those checked by hash count.
    Place {
        crates: &["zip"],
        only: &[
            "src/inference/child/**",
            "src/models/**",
            "src/cli/models**",
            "src/roster/export.rs",
            "src/privacy/archive.rs",
        ],
    },
    Place {
        crates: &["ureq", "hf_hub", "reqwest", "tokio_tungstenite"],
        only: OUTBOUND,
    },
    Place {
        crates: &["governor"],
        only: &["src/rates.rs"],
    },
    Place {
        crates: &["rustls", "tokio_rustls", "x509_cert"],
        only: &["src/http/serve.rs", "src/http/tls.rs"],
    },
    Place {
        crates: &[
            "opentelemetry",
            "opentelemetry_proto",
            "opentelemetry_sdk",
            "prost",
            "tracing_opentelemetry",
        ],
        only: &["src/telemetry/**"],
    },
    Place {
        crates: &["mdns_sd", "qrcode"],
        only: &[
            "src/accounts/scan.rs",
            "src/discovery.rs",
            "src/discovery/**",
        ],
    },
];

fn libraries(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in tree.sources().filter(|file| !file.within(TESTS)) {
        let tokens = tokens(&file.code);
        for place in PLACES.iter().filter(|place| !file.within(place.only)) {
            for (at, token) in tokens.iter().enumerate() {
                if place.crates.contains(&token.text) && names_a_crate(&tokens, at) {
                    let what = format!("`{}` belongs in {}", token.text, place.only.join(", "));
                    problems.push(file.problem(token.line, what));
                }
            }
        }
        if !file.within(OUTBOUND) {
            problems.extend(connections(file, &tokens));
        }
    }
    problems
}

/// Whether the word at `at` starts a path or is imported whole, and is not a
/// method, a field or a part of a longer path.
fn names_a_crate(tokens: &[Token<'_>], at: usize) -> bool {
    let text = |i: Option<usize>| i.and_then(|i| tokens.get(i)).map_or("", |t| t.text);
    let before = text(at.checked_sub(1));
    let inner = before == "::"
        && text(at.checked_sub(2)).ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '>');
    let after = text(Some(at + 1));
    !inner
        && before != "."
        && (after == "::" || before == "use" || before == "crate" && after == ";")
}

/// Opening a connection needs no library; tests may, to loopback.
fn connections(file: &File, tokens: &[Token<'_>]) -> Vec<Problem> {
    let tests = tokens.iter().position(|t| t.text == "cfg").filter(|&at| {
        tokens[at..]
            .iter()
            .take(6)
            .map(|t| t.text)
            .collect::<String>()
            == "cfg(test)]mod"
    });
    tokens[..tests.unwrap_or(tokens.len())]
        .windows(3)
        .filter(|w| matches!(w[0].text, "TcpStream" | "TcpSocket") && w[2].text == "connect")
        .map(|w| file.problem(w[0].line, "an outbound connection"))
        .collect()
}

/// All modules of the package. Each may use those before it and none after.
const ORDER: &[&str] = &[
    "types",
    "text",
    "error",
    "config",
    "telemetry",
    "blobs",
    "models",
    "db",
    "clock",
    "events",
    "audit",
    "jobs",
    "inference",
    "rates",
    "state",
    "http",
    "accounts",
    "classes",
    "invites",
    "roster",
    "consent",
    "retrieval",
    "lessons",
    "assets3d",
    "personas",
    "terms",
    "presets",
    "answers",
    "chat",
    "openai",
    "privacy",
    "eval",
    "analytics",
    "payments",
    "sync",
    "hub",
    "discovery",
    "app",
    "cli",
    "main",
];

fn direction(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in tree.sources().filter(|file| file.path != "src/lib.rs") {
        let own = module_of(&file.path);
        let Some(rank) = ORDER.iter().position(|name| *name == own) else {
            problems.push(file.problem(0, format!("give `{own}` a place in ORDER")));
            continue;
        };
        for (name, line) in modules_used(file) {
            if ORDER[rank + 1..].contains(&name) {
                problems.push(file.problem(line, format!("`{own}` must not use `{name}`")));
            }
        }
    }
    problems
}

fn module_of(path: &str) -> &str {
    let path = path.trim_start_matches("src/");
    path.split('/')
        .next()
        .unwrap_or(path)
        .trim_end_matches(".rs")
}

/// The top-level modules a file names, through `crate`, `bwenge` or enough `super`s.
fn modules_used(file: &File) -> Vec<(&str, usize)> {
    let tokens = tokens(&file.code);
    let folders = file.path.matches('/').count();
    let is_root = file.path.ends_with("/mod.rs") || file.path == "src/main.rs";
    let depth = folders - usize::from(is_root && folders > 0);
    // For every open brace: whether it belongs to an inline module.
    let mut braces = Vec::new();
    let mut used = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.text {
            "{" => braces.push(at >= 2 && tokens[at - 2].text == "mod"),
            "}" => drop(braces.pop()),
            "crate" | "bwenge" => used.extend(names_after(&tokens, at)),
            "super" if at == 0 || tokens[at - 1].text != "::" => {
                let inline = braces.iter().filter(|inline| **inline).count();
                let supers = tokens[at..]
                    .chunks(2)
                    .take_while(|pair| pair[0].text == "super" && pair.len() == 2)
                    .count();
                if supers == depth + inline {
                    used.extend(names_after(&tokens, at + 2 * (supers - 1)));
                }
            }
            _ => {}
        }
    }
    used
}

/// `a` for `crate::a`, and `a`, `b` for `crate::{a::x, b}`.
fn names_after<'a>(tokens: &[Token<'a>], at: usize) -> Vec<(&'a str, usize)> {
    if tokens.get(at + 1).is_none_or(|mark| mark.text != "::") {
        return Vec::new();
    }
    let mut names = Vec::new();
    let mut depth = 0;
    for pair in tokens[at + 1..].windows(2) {
        let (before, token) = (&pair[0], &pair[1]);
        let starts = matches!(before.text, "{" | ",") && depth == 1;
        if token.text != "{" && (starts || depth == 0) {
            names.push((token.text, token.line));
        }
        match token.text {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        if depth <= 0 {
            break;
        }
    }
    names
}
