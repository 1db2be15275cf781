//! Both C++ engines in one process, in both orders.
//!
//! Each brings its own ggml under the same names. That the program links proves
//! nothing: a variant that renamed the symbols linked as well, and crashed. So
//! the shipped program itself generates, transcribes and generates again, then
//! the other way round in a fresh process.

use super::asr::{SAID, words};
use super::client::bwenge;
use super::{model, smollm2, speech_path};

#[track_caller]
fn run(order: &[&str]) {
    let output = bwenge()
        .args(["worker", "probe-engines", &smollm2()])
        .arg(model("whisper-tiny-en", "model.bin"))
        .arg(speech_path())
        .args(order)
        .output()
        .expect("the program is there");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{:?}: {said}", output.status);
    let lines: Vec<(&str, &str)> = said
        .lines()
        .filter_map(|line| line.split_once(": "))
        .collect();
    assert_eq!(
        lines.iter().map(|(engine, _)| *engine).collect::<Vec<_>>(),
        order
    );
    let texts = |engine: &str| -> Vec<&str> {
        lines
            .iter()
            .filter(|(e, _)| *e == engine)
            .map(|(_, text)| *text)
            .collect()
    };
    for text in texts("asr") {
        assert_eq!(words(text), words(SAID));
    }
    let generated = texts("llm");
    assert!(generated[0].contains("Kigali"), "{generated:?}");
    assert!(
        generated.iter().all(|text| *text == generated[0]),
        "{generated:?}"
    );
}

#[test]
fn llama_then_whisper_then_llama() {
    run(&["llm", "asr", "llm"]);
}

#[test]
fn whisper_then_llama_then_whisper() {
    run(&["asr", "llm", "asr"]);
}
