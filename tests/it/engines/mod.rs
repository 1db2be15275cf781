//! The real engines with small real models. A missing model is a failure.

mod asr;
mod both;
mod client;
mod embed;
mod fairness;
mod greedy;
mod llm;
mod memory;
mod near;
mod resident;
mod sandbox;
mod symbols;
mod waiting;

use std::path::PathBuf;

/// A file of a model, as `make test` fetched it.
fn model(id: &str, file: &str) -> String {
    let path = models_dir().join(id).join(file);
    assert!(
        path.exists(),
        "{} is missing: run `make models`",
        path.display()
    );
    path.to_str().expect("paths are UTF-8").to_owned()
}

pub fn models_dir() -> PathBuf {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests have no configuration to read it from"
    )]
    let var = |name| std::env::var_os(name).map(PathBuf::from);
    var("BWENGE_MODELS_DIR").unwrap_or_else(|| {
        var("HOME")
            .expect("HOME is set")
            .join(".cache/bwenge/models")
    })
}

fn smollm2() -> String {
    model("smollm2-135m-instruct-q4_1", "model.gguf")
}

/// Bytes of a file below `tests/it/fixtures`.
fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(fixture_path(name)).expect("the fixture is in the repository")
}

fn fixture_path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/it/fixtures")
        .join(name)
}

pub fn speech_path() -> PathBuf {
    fixture_path("speech/inaugural-1961.wav")
}

/// The recording as samples: 16-bit mono after a header of 44 bytes.
fn speech() -> Vec<f32> {
    let bytes = fixture("speech/inaugural-1961.wav");
    let samples = bytes[44..].as_chunks().0.iter();
    samples
        .map(|bytes| f32::from(i16::from_le_bytes(*bytes)) / 32768.0)
        .collect()
}
