//! From what was heard to a document, and from a document to captions. Pure.

use std::fmt::Write;

use crate::inference::document::{
    Anchor, AnchorKind, Block, BlockKind, Document, MAX_ANCHORS, Span, Warning,
};
use crate::inference::{Heard, Said};
use crate::types::Language;

/// What was heard in pieces is joined to sentences no longer than this.
const LONGEST_MS: u32 = 15_000;
/// A pause this long ends a sentence that lacks its stop.
const PAUSE_MS: u32 = 1_500;
/// Below this mean probability somebody should listen again.
const UNSURE: f32 = 0.5;
/// Places listed as unsure; a bad recording is unsure everywhere.
const MOST_UNSURE: usize = 50;

/// The document of a recording: an anchor for each sentence or so.
pub fn document(heard: &[Heard], language: Option<Language>) -> Document {
    let mut document = Document::default();
    let sentences = sentences(heard.iter().flat_map(|heard| &heard.said));
    for (said, number) in sentences.into_iter().zip(1..).take(MAX_ANCHORS) {
        if said.confidence < UNSURE && document.warnings.len() < MOST_UNSURE {
            document.warnings.push(Warning {
                code: "unsure".to_owned(),
                page: Some(number),
            });
        }
        document.anchors.push(Anchor {
            kind: AnchorKind::Moment,
            number,
            label: None,
            time: Some(said.time),
        });
        document.blocks.push(Block {
            kind: BlockKind::Paragraph,
            level: 0,
            text: said.text,
            anchor: number - 1,
        });
    }
    if language == Some(Language::Kinyarwanda) {
        document.warnings.insert(
            0,
            Warning {
                code: "language_not_heard".to_owned(),
                page: None,
            },
        );
    }
    document
}

/// Joins what belongs to one sentence.
fn sentences<'a>(all: impl Iterator<Item = &'a Said>) -> Vec<Said> {
    let mut sentences: Vec<Said> = Vec::new();
    for said in all.filter(|said| !said.text.trim().is_empty()) {
        match sentences.last_mut() {
            Some(last) if goes_on(last, said) => {
                last.text.push(' ');
                last.text.push_str(said.text.trim());
                last.time.end_ms = last.time.end_ms.max(said.time.end_ms);
                last.confidence = last.confidence.min(said.confidence);
            }
            _ => sentences.push(Said {
                text: said.text.trim().to_owned(),
                ..said.clone()
            }),
        }
    }
    sentences
}

fn goes_on(last: &Said, next: &Said) -> bool {
    let ended = last.text.ends_with(['.', '?', '!', '…', '。']);
    let pause = next.time.start_ms.saturating_sub(last.time.end_ms);
    let together = next.time.end_ms.saturating_sub(last.time.start_ms);
    !ended && pause < PAUSE_MS && together <= LONGEST_MS
}

/// The captions of a recording (WebVTT, W3C).
pub fn captions(document: &Document) -> String {
    let mut captions = String::from("WEBVTT\n");
    for (index, anchor) in (0..).zip(&document.anchors) {
        let blocks = document.blocks.iter().filter(|block| block.anchor == index);
        let lines: Vec<String> = blocks.map(|block| escaped(&block.text)).collect();
        let (Some(time), false) = (anchor.time, lines.is_empty()) else {
            continue;
        };
        let Span { start_ms, end_ms } = time;
        let times = format!("{} --> {}", clock(start_ms), clock(end_ms));
        let _ = write!(
            captions,
            "\n{}\n{times}\n{}\n",
            anchor.number,
            lines.join("\n")
        );
    }
    captions
}

/// A line of a caption: no markup, no line that would end it.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .collect::<Vec<_>>()
        .join("\n")
        .replace("-->", "--&gt;")
}

fn clock(ms: u32) -> String {
    let (seconds, ms) = (ms / 1000, ms % 1000);
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    format!("{hours:02}:{minutes:02}:{:02}.{ms:03}", seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(start_ms: u32, end_ms: u32, text: &str, confidence: f32) -> Said {
        Said {
            time: Span { start_ms, end_ms },
            text: text.to_owned(),
            confidence,
        }
    }

    #[test]
    fn pieces_become_sentences_with_their_times() {
        let heard = Heard {
            said: vec![
                said(0, 4000, " Plants make", 0.9),
                said(4000, 6000, "their own food.", 0.3),
                said(6100, 8000, "They need light", 0.9),
                said(20_000, 21_000, "and water", 0.9),
                said(21_000, 21_500, " ", 0.9),
            ],
            language: None,
        };
        let document = document(&[heard], None);
        assert_eq!(document.check(), Ok(()));
        let texts: Vec<&str> = document.blocks.iter().map(|b| b.text.as_str()).collect();
        let wanted = [
            "Plants make their own food.",
            "They need light",
            "and water",
        ];
        assert_eq!(texts, wanted);
        let time = document.anchors[0].time.unwrap();
        assert_eq!((time.start_ms, time.end_ms), (0, 6000));
        assert_eq!(document.warnings.len(), 1);
        assert_eq!(document.warnings[0].page, Some(1));
        let captions = captions(&document);
        let first = "WEBVTT\n\n1\n00:00:00.000 --> 00:00:06.000\nPlants make their own food.\n";
        assert!(captions.starts_with(first), "{captions}");
    }

    #[test]
    fn captions_have_no_markup() {
        assert_eq!(
            escaped("a <b> & --> c\n\nd"),
            "a &lt;b> &amp; --> c\nd".replace("-->", "--&gt;")
        );
        assert_eq!(clock(3_723_004), "01:02:03.004");
    }

    #[test]
    fn kinyarwanda_is_said_to_be_unheard() {
        let document = document(&[], Some(Language::Kinyarwanda));
        assert_eq!(document.warnings[0].code, "language_not_heard");
    }
}
