//! The document parsers on real lessons, on odd files and on hostile ones.

mod children;
mod formats;
mod hostile;
mod lessons;
mod mutations;
mod office;
mod pdf;
mod pictures;
mod text;

use std::sync::Once;

pub use mutations::{Random, cases, damage};
pub use pictures::black;

use bwenge::inference::child::extract::{Failure, catches_panics, parse};
use bwenge::inference::document::{BlockKind, Document, Format};

/// Parses a lesson of the fixtures.
fn lesson(name: &str) -> Document {
    let format = Format::from_name(name).expect("a known ending");
    read(&crate::support::hostile::lesson(name), format).unwrap_or_else(|e| panic!("{name}: {e:?}"))
}

/// Parses, and makes sure that promises are kept.
fn read(bytes: &[u8], format: Format) -> Result<Document, Failure> {
    let result = quietly(|| parse(bytes, format));
    if let Ok(document) = &result {
        check_promises(document);
    }
    result
}

/// Runs a parser; panics that it catches are not printed.
fn quietly<T>(run: impl FnOnce() -> T) -> T {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !catches_panics() {
                usual(info);
            }
        }));
    });
    run()
}

/// What every document keeps, whatever it was made from.
fn check_promises(document: &Document) {
    let mut last = 0;
    for block in &document.blocks {
        assert!(!block.text.trim().is_empty(), "an empty block");
        let control = |c: char| c.is_control() && c != '\n' && c != '\t';
        assert!(!block.text.contains(control), "{:?}", block.text);
        assert_eq!(block.level > 0, block.kind == BlockKind::Heading);
        assert!(
            (block.anchor as usize) < document.anchors.len(),
            "no such anchor"
        );
        assert!(block.anchor >= last, "blocks out of order");
        last = block.anchor;
    }
    for (n, anchor) in document.anchors.iter().enumerate() {
        assert_eq!(anchor.number as usize, n + 1);
    }
    let text: usize = document.blocks.iter().map(|b| b.text.len()).sum();
    assert!(text <= 32 << 20);
}

/// The document's blocks as lines such as `heading2 Levers`.
fn outline(document: &Document) -> Vec<String> {
    let line = |b: &bwenge::inference::document::Block| {
        let level = if b.level > 0 {
            b.level.to_string()
        } else {
            String::new()
        };
        format!("{}{level} {}", b.kind.as_str(), b.text)
    };
    document.blocks.iter().map(line).collect()
}

/// Blocks of one kind.
fn of_kind(document: &Document, kind: BlockKind) -> Vec<&str> {
    let blocks = document.blocks.iter().filter(|b| b.kind == kind);
    blocks.map(|b| b.text.as_str()).collect()
}

/// Labels of the anchors, empty where there is none.
fn labels(document: &Document) -> Vec<&str> {
    let anchors = document.anchors.iter();
    anchors
        .map(|a| a.label.as_deref().unwrap_or_default())
        .collect()
}

/// Codes of the warnings with their pages.
fn warnings(document: &Document) -> Vec<(&str, Option<u32>)> {
    document
        .warnings
        .iter()
        .map(|w| (w.code.as_str(), w.page))
        .collect()
}
