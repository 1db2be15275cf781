//! Recordings: decoded whatever their container and codec, transcribed by the real
//! program, and found again at the second they are spoken.

mod decoding;
mod listening;

/// A recording of the fixtures.
fn fixture(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/fixtures/recordings");
    std::fs::read(format!("{folder}/{name}")).expect("the fixture is in the repository")
}

/// Recordings and a word that is said in each.
const FILES: [(&str, &str); 20] = [
    ("plants.wav", "water"),
    ("heart.wav", "heart"),
    ("plants.mp3", "water"),
    ("heart.mp3", "heart"),
    ("plants.m4a", "water"),
    ("heart.m4a", "heart"),
    ("plants.aac", "water"),
    ("heart.aac", "heart"),
    ("plants.opus", "water"),
    ("heart.ogg", "heart"),
    ("plants.flac", "water"),
    ("heart.flac", "heart"),
    ("plants.mp4", "water"),
    ("heart.mp4", "heart"),
    ("plants.mov", "water"),
    ("heart.mov", "heart"),
    ("plants.webm", "water"),
    ("heart.webm", "heart"),
    ("plants.mkv", "water"),
    ("heart.mkv", "heart"),
];
