//! From what was heard to a document: a moment for each sentence. Pure.

use crate::inference::document::{
    Anchor, AnchorKind, Block, BlockKind, Document, MAX_ANCHORS, Span, Warning,
};
use crate::inference::protocol::Ending;
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
pub fn document(heard: &[Heard], language: Option<Language>, ending: Ending) -> Document {
    let mut document = Document::default();
    let said = heard.iter().flat_map(|heard| &heard.said);
    let pieces: Vec<Said> = said.flat_map(apart).collect();
    let sentences = sentences(pieces.iter());
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
        document.words_ms.push(said.starts_ms);
        document.blocks.push(Block {
            kind: BlockKind::Paragraph,
            level: 0,
            text: said.text,
            anchor: number - 1,
        });
    }
    let of_all = |code: &str| Warning {
        code: code.to_owned(),
        page: None,
    };
    if ending == Ending::BreaksOff {
        document.warnings.insert(0, of_all("sound_cut"));
    }
    if language == Some(Language::Kinyarwanda) {
        document.warnings.insert(0, of_all("language_not_heard"));
    }
    document
}

/// What was heard in one piece, cut where a sentence ends inside it.
fn apart(said: &Said) -> Vec<Said> {
    let words: Vec<&str> = said.text.split_whitespace().collect();
    if words.len() != said.starts_ms.len() {
        return vec![Said {
            starts_ms: Vec::new(),
            ..said.clone()
        }];
    }
    let mut pieces = Vec::new();
    let mut from = 0;
    for to in 1..=words.len() {
        if to < words.len() && !(ends_sentence(words[to - 1]) && begins_sentence(words[to])) {
            continue;
        }
        let start = |at: usize| said.starts_ms.get(at).copied();
        let start_ms = if from == 0 { None } else { start(from) };
        let start_ms = start_ms.unwrap_or(said.time.start_ms);
        let end_ms = start(to).unwrap_or(said.time.end_ms).max(start_ms);
        pieces.push(Said {
            time: Span { start_ms, end_ms },
            text: words[from..to].join(" "),
            starts_ms: said.starts_ms[from..to].to_vec(),
            confidence: said.confidence,
        });
        from = to;
    }
    pieces
}

/// Whether a sentence may end with a word; a title or a single letter does not end one.
fn ends_sentence(word: &str) -> bool {
    let bare = word.trim_end_matches(['"', '\'', '”', '’', '»', ')']);
    let stem = bare.trim_end_matches(['.', '?', '!', '…', '。']);
    let title = [
        "Mr", "Mrs", "Ms", "Dr", "Prof", "St", "No", "M", "Mme", "Bw", "Bi",
    ];
    stem.len() < bare.len()
        && !(bare.ends_with('.') && (title.contains(&stem) || stem.chars().count() == 1))
}

fn begins_sentence(word: &str) -> bool {
    let first = word.chars().find(|c| c.is_alphanumeric());
    first.is_some_and(|first| !first.is_lowercase())
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
                // Times of some of its words would be taken for all.
                match last.starts_ms.is_empty() || said.starts_ms.is_empty() {
                    true => last.starts_ms.clear(),
                    false => last.starts_ms.extend(&said.starts_ms),
                }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn said(start_ms: u32, end_ms: u32, text: &str, confidence: f32) -> Said {
        Said {
            time: Span { start_ms, end_ms },
            text: text.to_owned(),
            starts_ms: Vec::new(),
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
        let document = document(&[heard], None, Ending::Whole);
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
        assert_eq!(document.words_ms, [[], [], []] as [[u32; 0]; 3]);
    }

    #[test]
    fn sentences_told_in_one_piece_are_cut_apart() {
        let text = " It rains. Mr. A. Kalisa asks: why? He has 3.5 cows";
        let starts_ms: Vec<u32> = (0..11).map(|n| 1000 + n * 500).collect();
        let heard = Heard {
            said: vec![Said {
                starts_ms: starts_ms.clone(),
                ..said(900, 7000, text, 0.9)
            }],
            language: None,
        };
        let document = document(&[heard], None, Ending::Whole);
        assert_eq!(document.check(), Ok(()));
        let texts: Vec<&str> = document.blocks.iter().map(|b| b.text.as_str()).collect();
        assert_eq!(
            texts,
            ["It rains.", "Mr. A. Kalisa asks: why?", "He has 3.5 cows"]
        );
        let times = document.anchors.iter().filter_map(|anchor| anchor.time);
        let times: Vec<(u32, u32)> = times.map(|time| (time.start_ms, time.end_ms)).collect();
        assert_eq!(times, [(900, 2000), (2000, 4500), (4500, 7000)]);
        assert_eq!(document.words_ms.concat(), starts_ms);
    }

    #[test]
    fn what_is_missing_of_all_is_said_first() {
        let heard = [Heard {
            said: vec![said(0, 2000, "It rains.", 0.1)],
            language: None,
        }];
        let warnings = |language, ending| {
            let warnings = document(&heard, language, ending).warnings.into_iter();
            warnings.map(|one| one.code).collect::<Vec<_>>()
        };
        assert_eq!(warnings(None, Ending::Whole), ["unsure"]);
        assert_eq!(
            warnings(Some(Language::Kinyarwanda), Ending::BreaksOff),
            ["language_not_heard", "sound_cut", "unsure"]
        );
    }
}
