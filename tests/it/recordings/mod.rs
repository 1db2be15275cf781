//! Recordings: decoded whatever their container and codec, transcribed by the real
//! program, and found again at the second they are spoken.

mod decoding;
mod listening;

/// A recording of the fixtures.
fn fixture(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/fixtures/recordings");
    std::fs::read(format!("{folder}/{name}")).expect("the fixture is in the repository")
}

/// Recordings and words that are said in each.
const FILES: [(&str, &str); 20] = [
    ("plants.wav", "water"),
    ("heart.wav", "heart|body"),
    ("plants.mp3", "water"),
    ("heart.mp3", "heart|body"),
    ("plants.m4a", "water"),
    ("heart.m4a", "heart|body"),
    ("plants.aac", "water"),
    ("heart.aac", "heart|body"),
    ("plants.opus", "water"),
    ("heart.ogg", "heart|body"),
    ("plants.flac", "water"),
    ("heart.flac", "heart|body"),
    ("plants.mp4", "water"),
    ("heart.mp4", "heart|body"),
    ("plants.mov", "water"),
    ("heart.mov", "heart|body"),
    ("plants.webm", "water"),
    ("heart.webm", "heart|body"),
    ("plants.mkv", "water"),
    ("heart.mkv", "heart|body"),
];
