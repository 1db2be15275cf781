//! From blocks of text to passages: pieces small enough to quote and to fit a
//! small model's prompt several at a time. Pure.
//!
//! A passage never crosses a page, slide or section, so that its citation
//! opens the right place; of speech it begins where its first sentence does. Neighbouring blocks are joined up to about 100
//! tokens; longer ones are split between sentences, tables between rows.

use crate::inference::document::{Anchor, BlockKind, Document};
use crate::retrieval::Passage;
use crate::text;
use crate::types::{Language, LessonId};

/// Characters a passage aims for: about 100 tokens of English.
const AIM: usize = 480;
/// Characters of a table's first row that is repeated with its further pieces:
/// a number says nothing without the name of its column.
const HEAD: usize = 160;
/// Bytes of the sentence before that a piece of a longer paragraph begins with:
/// "it" and "they" say nothing without it.
const OVERLAP: usize = 160;
/// A last piece shorter than this is no passage of its own, where there is room.
const TAIL: usize = AIM / 4;
/// After a pause this long in a recording comes something else.
const PAUSE_MS: u32 = 3_000;
/// Bytes from which a passage tells its language whatever the teacher said.
const CLEAR: usize = 250;
/// Characters a passage may have; only a single endless sentence is cut there.
const MOST: usize = 720;

/// The passages of a document. `language` is the lesson's, when the teacher
/// set it: a passage is in another only if it is long enough to be sure.
pub fn passages(lesson: LessonId, document: &Document, language: Option<Language>) -> Vec<Passage> {
    let mut builder = Builder {
        lesson,
        language,
        made: Vec::new(),
        text: String::new(),
        anchor: None,
    };
    for block in &document.blocks {
        let Some(anchor) = document.anchors.get(block.anchor as usize) else {
            continue;
        };
        if builder.anchor.as_ref() != Some(anchor) && !builder.goes_on(anchor, &block.text) {
            builder.flush();
            builder.anchor = Some(anchor.clone());
        }
        // A heading belongs to what follows it.
        if block.kind == BlockKind::Heading && builder.text.len() > AIM / 2 {
            builder.flush();
        }
        for piece in pieces(&block.text, block.kind) {
            if !builder.text.is_empty() && builder.text.len() + piece.len() > AIM {
                builder.flush();
            }
            if !builder.text.is_empty() {
                builder.text.push('\n');
            }
            builder.text.push_str(&piece);
        }
    }
    builder.flush();
    builder.made
}

struct Builder {
    lesson: LessonId,
    language: Option<Language>,
    made: Vec<Passage>,
    text: String,
    anchor: Option<Anchor>,
}

impl Builder {
    /// Adds a moment to the passage in the making, if that is speech and has room:
    /// sentences are too short to be found alone.
    fn goes_on(&mut self, anchor: &Anchor, text: &str) -> bool {
        let Some(time) = self
            .anchor
            .as_mut()
            .and_then(|current| current.time.as_mut())
        else {
            return false;
        };
        let Some(next) = anchor.time else {
            return false;
        };
        let room = !self.text.is_empty() && self.text.len() + text.len() <= AIM;
        let goes_on = room && next.start_ms.saturating_sub(time.end_ms) < PAUSE_MS;
        if goes_on {
            time.end_ms = next.end_ms;
        }
        goes_on
    }

    /// The teacher knows better what a line or two are in; a lesson may still quote
    /// another language at length.
    fn language_of(&self, text: &str) -> Option<Language> {
        let is_clear = self.language.is_none() || text.len() >= CLEAR;
        let told = text::language_of(text).filter(|_| is_clear);
        told.or(self.language)
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        let (Some(anchor), false) = (&self.anchor, text.trim().is_empty()) else {
            return;
        };
        self.made.push(Passage {
            lesson: self.lesson,
            ordinal: self.made.len() as u32,
            anchor: anchor.clone(),
            language: self.language_of(&text),
            text,
        });
    }
}

/// The pieces of a paragraph that becomes several passages.
pub fn of_paragraph(text: &str) -> Vec<String> {
    pieces(text, BlockKind::Paragraph)
}

/// A block in pieces of at most [`AIM`] characters where sentences allow, and
/// never over [`MOST`].
fn pieces(block: &str, kind: BlockKind) -> Vec<String> {
    if block.len() <= AIM {
        return vec![block.to_owned()];
    }
    let (parts, glue): (Vec<&str>, &str) = match kind {
        BlockKind::Table | BlockKind::Code => (block.lines().collect(), "\n"),
        _ => (
            text::sentences(block)
                .into_iter()
                .map(|r| &block[r])
                .collect(),
            " ",
        ),
    };
    let head = match kind {
        BlockKind::Table => parts.first().copied().filter(|head| head.len() <= HEAD),
        _ => None,
    };
    let most = MOST - head.map_or(0, |head| head.len() + glue.len());
    let parts: Vec<&str> = parts.into_iter().flat_map(|part| cut(part, most)).collect();
    let mut pieces: Vec<String> = Vec::new();
    let mut left: usize = parts.iter().map(|part| part.len() + glue.len()).sum();
    let mut before = None;
    for part in parts {
        match pieces.last_mut() {
            Some(last)
                if last.len() + part.len() < AIM
                    || left < TAIL && last.len() + left + glue.len() <= MOST =>
            {
                last.push_str(glue);
                last.push_str(part);
            }
            Some(_) => {
                let begins = head.or_else(|| before.filter(|_| repeats(kind, before, part)));
                pieces.push(match begins {
                    Some(begins) => format!("{begins}{glue}{part}"),
                    None => part.to_owned(),
                });
            }
            None => pieces.push(part.to_owned()),
        }
        left -= part.len() + glue.len();
        before = Some(part);
    }
    pieces
}

/// Whether a piece repeats the sentence before it.
fn repeats(kind: BlockKind, before: Option<&str>, part: &str) -> bool {
    let room = |before: &str| before.len() <= OVERLAP && before.len() + part.len() < AIM;
    !matches!(kind, BlockKind::Table | BlockKind::Code) && before.is_some_and(room)
}

/// Cuts text into parts of at most `most` bytes, between words where it can.
fn cut(mut text: &str, most: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    while text.len() > most {
        let limit = text.floor_char_boundary(most);
        let at = text[..limit]
            .rfind(' ')
            .filter(|at| *at > 0)
            .unwrap_or(limit);
        let (part, rest) = text.split_at(at);
        parts.push(part.trim_end());
        text = rest.trim_start();
    }
    if !text.is_empty() {
        parts.push(text);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inference::document::{AnchorKind, Block, Span};

    fn document(blocks: &[(u32, BlockKind, &str)]) -> Document {
        let pages = blocks.iter().map(|b| b.0).max().unwrap_or(0);
        Document {
            anchors: (1..=pages)
                .map(|number| Anchor {
                    kind: AnchorKind::Page,
                    number,
                    label: None,
                    time: None,
                })
                .collect(),
            blocks: blocks
                .iter()
                .map(|(page, kind, text)| Block {
                    kind: *kind,
                    level: 0,
                    text: (*text).into(),
                    anchor: page - 1,
                })
                .collect(),
            ..Document::default()
        }
    }

    fn check(blocks: &[(u32, BlockKind, &str)], expect: &[(u32, &str)]) {
        let passages = passages(LessonId::new(), &document(blocks), None);
        let got: Vec<_> = passages
            .iter()
            .map(|p| (p.anchor.number, p.text.as_str()))
            .collect();
        assert_eq!(got, expect);
    }

    #[test]
    fn blocks_join_within_a_page_only() {
        use BlockKind::{Heading, Paragraph};
        check(
            &[
                (1, Heading, "Leaves"),
                (1, Paragraph, "They are green."),
                (2, Paragraph, "Roots drink."),
            ],
            &[(1, "Leaves\nThey are green."), (2, "Roots drink.")],
        );
    }

    #[test]
    fn long_text_splits_between_sentences_and_loses_nothing() {
        let sentence = "Water turns into vapour when the sun warms the lake. ";
        let long = sentence.repeat(40);
        let passages = passages(
            LessonId::new(),
            &document(&[(1, BlockKind::Paragraph, long.trim())]),
            None,
        );
        assert!(passages.len() > 3);
        assert!(
            passages
                .iter()
                .all(|p| p.text.len() <= MOST && p.text.ends_with('.'))
        );
        let count = |text: &str| text.split_whitespace().count();
        let words: usize = passages.iter().map(|p| count(&p.text)).sum();
        let repeated = (passages.len() - 1) * count(sentence);
        assert_eq!(words, count(&long) + repeated);
    }

    #[test]
    fn pieces_begin_with_the_sentence_before_and_none_is_tiny() {
        let long: Vec<String> = (0..14)
            .map(|n| format!("Rain number {n} falls on the hills of the north."))
            .collect();
        let all = long.join(" ");
        let document = document(&[(1, BlockKind::Paragraph, &all)]);
        let passages = passages(LessonId::new(), &document, None);
        let texts: Vec<&str> = passages.iter().map(|p| p.text.as_str()).collect();
        for pair in texts.windows(2) {
            let last = text::sentences(pair[0]).pop().map(|range| &pair[0][range]);
            assert!(pair[1].starts_with(last.unwrap()), "{texts:?}");
        }
        assert!(
            texts
                .iter()
                .all(|text| text.len() >= TAIL && text.len() <= MOST)
        );
    }

    #[test]
    fn pieces_of_a_table_have_its_head() {
        let rows: Vec<String> = (0..60).map(|n| format!("Sector {n} | {n}00")).collect();
        let table = format!("Place | People\n{}", rows.join("\n"));
        let passages = passages(
            LessonId::new(),
            &document(&[(1, BlockKind::Table, &table)]),
            None,
        );
        assert!(passages.len() > 1);
        for passage in &passages {
            assert_eq!(passage.text.matches("Place | People\n").count(), 1);
        }
        assert!(passages[1].text.contains(" | "));
    }

    #[test]
    fn endless_words_are_cut_at_characters() {
        let endless = "é".repeat(2000);
        let passages = passages(
            LessonId::new(),
            &document(&[(1, BlockKind::Paragraph, &endless)]),
            None,
        );
        assert_eq!(
            passages.iter().map(|p| p.text.len()).sum::<usize>(),
            endless.len()
        );
        assert!(passages.iter().all(|p| p.text.len() <= MOST));
    }

    #[test]
    fn speech_is_joined_until_a_pause() {
        let said = [
            (0, 2000, "Plants make sugar."),
            (2100, 4000, "They need light."),
            (9000, 9900, "The heart beats."),
        ];
        let mut document = Document::default();
        for ((start_ms, end_ms, text), number) in said.into_iter().zip(1..) {
            document.anchors.push(Anchor {
                kind: AnchorKind::Moment,
                number,
                label: None,
                time: Some(Span { start_ms, end_ms }),
            });
            document.blocks.push(Block {
                kind: BlockKind::Paragraph,
                level: 0,
                text: text.to_owned(),
                anchor: number - 1,
            });
        }
        let passages = passages(LessonId::new(), &document, None);
        let found: Vec<_> = passages
            .iter()
            .map(|p| (p.anchor.number, p.anchor.time.unwrap(), p.text.as_str()))
            .collect();
        let span = |start_ms, end_ms| Span { start_ms, end_ms };
        assert_eq!(
            found[0],
            (1, span(0, 4000), "Plants make sugar.\nThey need light.")
        );
        assert_eq!(found[1], (3, span(9000, 9900), "The heart beats."));
        assert_eq!(found.len(), 2);
    }
}
