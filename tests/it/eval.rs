//! `bwenge eval` on small datasets, with the real models.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::engines::{models_dir, speech_path};

fn eval(dataset: &Path, more: &[&str]) -> Output {
    run(
        "retrieval",
        dataset,
        &[&["--embed", "all-minilm-l6-v2"], more].concat(),
    )
}

fn run(what: &str, dataset: &Path, more: &[&str]) -> Output {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test of the program as people start it"
    )]
    let mut command = Command::new(env!("CARGO_BIN_EXE_bwenge"));
    command
        .args(["eval", what])
        .arg(dataset)
        .arg("--models-dir")
        .arg(models_dir())
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

/// A folder with recordings of the fixtures and this list of them.
fn recordings(list: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let fixtures = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/it/fixtures/recordings"
    ));
    for name in ["plants.wav", "heart.m4a", "clouds.opus", "silent.mp4"] {
        std::fs::copy(fixtures.join(name), folder.path().join(name)).unwrap();
    }
    std::fs::copy(speech_path(), folder.path().join("address.wav")).unwrap();
    std::fs::write(folder.path().join("recordings.jsonl"), list).unwrap();
    folder
}

const SAID: &str = r#"{"file": "address.wav", "language": "en", "text": "And so, my fellow Americans: ask not what your country can do for you!"}
{"file": "plants.wav", "language": "en", "text": "Plants make sugar from light, water and air."}
{"file": "heart.m4a", "text": "The heart pumps blood through the whole body."}
"#;

#[test]
fn listening_is_measured_by_language() {
    let folder = recordings(SAID);
    let output = run(
        "transcription",
        folder.path(),
        &["--asr", "whisper-tiny-en", "--json"],
    );
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{told}");
    let heard: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(heard["model"], "whisper-tiny-en");
    let peak = heard["peak_bytes"].as_u64().unwrap();
    assert!((80_000_000..500_000_000).contains(&peak), "{peak}");
    let lines = heard["lines"].as_array().unwrap();
    let languages: Vec<_> = lines.iter().map(|line| &line["language"]).collect();
    assert_eq!(languages, ["en", "unknown", "all"]);
    let all = &lines[2];
    assert_eq!(all["figures"]["words"]["said"], 30);
    // A person is understood; of a computer's voice the smallest model makes something.
    let rate = all["word_error_rate"].as_f64().unwrap();
    assert!((0.0..0.4).contains(&rate), "{all}");
    assert!(all["character_error_rate"].as_f64().unwrap() < 0.3, "{all}");
    let seconds = all["figures"]["audio_s"].as_f64().unwrap();
    assert!((13.5..15.5).contains(&seconds), "{all}");
    let address = &heard["transcripts"][0];
    assert_eq!(address["figures"]["words"]["substitutions"], 0, "{address}");
    assert!(
        address["said"][0][2]
            .as_str()
            .unwrap()
            .contains("Americans")
    );
}

/// Where the sentences of `clouds.opus` begin, in milliseconds.
const BEGIN_MS: [u64; 4] = [0, 1406, 3110, 4837];

#[test]
fn sentences_told_in_one_piece_begin_when_they_are_said() {
    let folder = recordings(
        r#"{"file": "clouds.opus", "language": "en", "text": "Water is warm. It goes up into the air. Then it makes clouds. We see the rain."}"#,
    );
    let output = run(
        "transcription",
        folder.path(),
        &["--asr", "whisper-base", "--json"],
    );
    let heard: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let said = heard["transcripts"][0]["said"].as_array().unwrap();
    let starts: Vec<u64> = said.iter().map(|said| said[0].as_u64().unwrap()).collect();
    // The model may join two of them with a comma.
    assert!(starts.len() + 1 >= BEGIN_MS.len(), "{said:?}");
    let begins = |start: &u64| BEGIN_MS.iter().any(|begin| start.abs_diff(*begin) <= 500);
    assert!(starts.iter().all(begins), "{said:?}");
}

#[test]
fn recordings_that_do_not_fit_their_list_are_explained() {
    let check = |list: &str, expect: &str| {
        let folder = recordings(list);
        let output = run(
            "transcription",
            folder.path(),
            &["--asr", "whisper-tiny-en"],
        );
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && told.contains(expect), "{told}");
    };
    check("", "no recordings in");
    check("{\"file\": \"plants.wav\"}", "recordings.jsonl, line 1");
    check(
        "{\"file\": \"a.wav\", \"text\": \"a\"}",
        "a.wav: there is no such file",
    );
    check(
        "{\"file\": \"a.txt\", \"text\": \"a\"}",
        "a.txt: no kind of recording",
    );
    check(
        "{\"file\": \"plants.wav\", \"text\": \" \"}",
        "plants.wav: nothing is said",
    );
    check(
        "{\"file\": \"plants.wav\", \"language\": \"xx\", \"text\": \"a\"}",
        "recordings.jsonl, line 1",
    );
    check(
        "{\"file\": \"silent.mp4\", \"text\": \"a\"}",
        "silent.mp4: no track of sound",
    );
}
