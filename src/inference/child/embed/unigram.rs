//! The unigram tokenizer of multilingual e5.
//!
//! Each word, with a mark before it, is cut into the pieces whose scores add up
//! highest. A general tokenizer library does the same with a tree that takes
//! 200 MB for these 250,000 pieces and seconds to build; words are short, so a
//! table of pieces and a few look-ups per character do as well.

use std::collections::HashMap;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// Stands for the space before a word.
const MARK: char = '▁';

/// An unknown character scores this much below the worst piece.
const UNKNOWN_PENALTY: f32 = 10.0;

/// The parts of `tokenizer.json` that matter.
#[derive(Deserialize)]
struct File {
    model: Model,
    added_tokens: Vec<Added>,
}

#[derive(Deserialize)]
struct Model {
    vocab: Vec<(String, f32)>,
    unk_id: u32,
}

#[derive(Deserialize)]
struct Added {
    id: u32,
    content: String,
}

/// The pieces of a vocabulary with their ids and scores.
pub struct Unigram {
    pieces: HashMap<Box<str>, (u32, f32)>,
    /// Longest piece in bytes.
    longest: usize,
    worst: f32,
    unknown: u32,
    begin: u32,
    end: u32,
}

impl Unigram {
    /// Reads `tokenizer.json`.
    pub fn parse(json: &[u8]) -> Result<Self> {
        let file: File = serde_json::from_slice(json).context("no unigram vocabulary")?;
        let special = |content: &str| {
            let token = file
                .added_tokens
                .iter()
                .find(|token| token.content == content);
            token
                .map(|token| token.id)
                .with_context(|| format!("no {content}"))
        };
        let (begin, end) = (special("<s>")?, special("</s>")?);
        ensure!(!file.model.vocab.is_empty(), "the vocabulary is empty");
        let mut pieces = HashMap::with_capacity(file.model.vocab.len());
        let mut worst = 0.0_f32;
        let mut longest = 0;
        for (id, (piece, score)) in (0..).zip(file.model.vocab) {
            // Control tokens are no text, even when somebody types them.
            if file.added_tokens.iter().any(|token| token.id == id) {
                continue;
            }
            worst = worst.min(score);
            longest = longest.max(piece.len());
            pieces.insert(piece.into_boxed_str(), (id, score));
        }
        Ok(Self {
            pieces,
            longest,
            worst,
            unknown: file.model.unk_id,
            begin,
            end,
        })
    }

    /// The ids of a text, at most `longest` with both ends.
    pub fn encode(&self, text: &str, longest: usize) -> Vec<u32> {
        let mut ids = vec![self.begin];
        let room = longest.saturating_sub(1);
        for word in text.split_whitespace() {
            if ids.len() >= room {
                break;
            }
            self.encode_word(word, &mut ids);
        }
        ids.truncate(room);
        ids.push(self.end);
        ids
    }

    /// Appends the ids of one word.
    fn encode_word(&self, word: &str, ids: &mut Vec<u32>) {
        let mut marked = String::with_capacity(word.len() + MARK.len_utf8());
        marked.push(MARK);
        marked.push_str(word);
        // For each byte position: the best way to get there.
        let mut best: Vec<Option<Step>> = vec![None; marked.len() + 1];
        best[0] = Some(Step {
            from: 0,
            id: self.unknown,
            score: 0.0,
        });
        for (start, character) in marked.char_indices() {
            // Every position is reached, if only by unknown characters.
            let score = best[start].map_or(f32::NEG_INFINITY, |step| step.score);
            let mut end = start;
            let mut known = false;
            for next in marked[start..].chars() {
                end += next.len_utf8();
                if end - start > self.longest {
                    break;
                }
                if let Some(&(id, own)) = self.pieces.get(&marked[start..end]) {
                    offer(&mut best[end], start, id, score + own);
                    known |= end - start == character.len_utf8();
                }
            }
            if !known {
                let end = start + character.len_utf8();
                let score = score + self.worst - UNKNOWN_PENALTY;
                offer(&mut best[end], start, self.unknown, score);
            }
        }
        let first = ids.len();
        let mut at = marked.len();
        while at > 0 {
            let Some(step) = best[at] else { break };
            // A run of unknown characters is one unknown token.
            let joins = step.id == self.unknown && ids[first..].last() == Some(&self.unknown);
            if !joins {
                ids.push(step.id);
            }
            at = step.from;
        }
        ids[first..].reverse();
    }
}

/// The last piece of the best way to a position.
#[derive(Clone, Copy)]
struct Step {
    from: usize,
    id: u32,
    score: f32,
}

fn offer(best: &mut Option<Step>, from: usize, id: u32, score: f32) {
    if best.is_none_or(|step| score > step.score) {
        *best = Some(Step { from, id, score });
    }
}

#[cfg(test)]
mod tests {
    use super::Unigram;

    fn small() -> Unigram {
        let pieces = ["<s>", "</s>", "<unk>", "▁", "a", "b", "▁ab", "ab", "abb"];
        let scores = [0.0, 0.0, 0.0, -2.0, -3.0, -3.0, -4.0, -3.5, -9.0];
        let vocab: Vec<_> = pieces.iter().zip(scores).collect();
        let json = serde_json::json!({
            "added_tokens": [
                {"id": 0, "content": "<s>"},
                {"id": 1, "content": "</s>"},
                {"id": 2, "content": "<unk>"},
            ],
            "model": {"type": "Unigram", "unk_id": 2, "vocab": vocab},
        });
        Unigram::parse(json.to_string().as_bytes()).unwrap()
    }

    #[track_caller]
    fn check(text: &str, expect: &[u32]) {
        assert_eq!(small().encode(text, 8), expect);
    }

    #[test]
    fn takes_the_best_pieces() {
        check("", &[0, 1]);
        check("ab", &[0, 6, 1]);
        check("  ab  ab ", &[0, 6, 6, 1]);
        check("b", &[0, 3, 5, 1]);
        check("abb", &[0, 6, 5, 1]);
    }

    #[test]
    fn unknown_characters_join_and_control_tokens_are_text() {
        check("éé", &[0, 3, 2, 1]);
        check("aéb", &[0, 3, 4, 2, 5, 1]);
        check("<s>", &[0, 3, 2, 1]);
    }

    #[test]
    fn long_texts_are_cut() {
        check("ab ab ab ab ab ab ab ab", &[0, 6, 6, 6, 6, 6, 6, 1]);
        assert_eq!(small().encode("bbbbbb", 4), [0, 3, 5, 1]);
    }
}
