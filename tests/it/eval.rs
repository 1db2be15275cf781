//! `bwenge eval` on a small dataset, with the real embedding model.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::engines::models_dir;

fn eval(dataset: &Path, more: &[&str]) -> Output {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test of the program as people start it"
    )]
    let mut command = Command::new(env!("CARGO_BIN_EXE_bwenge"));
    command
        .args(["eval", "retrieval"])
        .arg(dataset)
        .arg("--models-dir")
        .arg(models_dir())
        .args(["--embed", "all-minilm-l6-v2"])
        .args(more);
    command.output().expect("it runs")
}

fn fixture() -> &'static Path {
    Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/it/fixtures/questions"
    ))
}

#[test]
fn search_is_measured_stage_by_stage_and_by_language() {
    let output = eval(fixture(), &["--json"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{told}");
    let lines: Vec<Value> = serde_json::from_slice(&output.stdout).expect("JSON");
    let all: Vec<_> = lines
        .iter()
        .map(|line| {
            (
                line["language"].as_str().unwrap(),
                line["stages"].as_str().unwrap(),
            )
        })
        .collect();
    let stages = [
        "words",
        "meaning",
        "meaning, English",
        "words, meaning",
        "words, meaning, English",
        "words, meaning, English, sounds",
    ];
    let expect = ["kinyarwanda", "english"].map(|language| stages.map(|stage| (language, stage)));
    assert_eq!(all, expect.concat());
    for line in &lines {
        assert_eq!(line["questions"], 8);
        if line["language"] == "english" {
            let recall = line["recall_5"].as_f64().unwrap();
            assert!(recall >= 0.75, "{line}");
        }
    }
    let table = eval(fixture(), &["--split", "dev"]);
    let table = String::from_utf8(table.stdout).unwrap();
    assert!(
        table.contains("| 4 english | words, meaning, English, sounds | "),
        "{table}"
    );
}

#[test]
fn a_dataset_that_does_not_fit_together_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let check = |queries: &str, expect: &str| {
        let passages = "{\"id\": 1, \"title\": \"Soil\", \"text\": \"Red.\"}\n";
        std::fs::write(folder.path().join("passages.jsonl"), passages).unwrap();
        std::fs::write(folder.path().join("queries.jsonl"), queries).unwrap();
        let output = eval(folder.path(), &[]);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && told.contains(expect), "{told}");
    };
    check(
        "{\"id\": \"a\", \"split\": \"dev\", \"passage\": 7}",
        "a: no passage 7",
    );
    check("{\"id\": \"a\"}", "queries.jsonl, line 1");
    check("", "no queries in");
}
