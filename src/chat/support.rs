//! Which passages support which sentence of an answer. Pure.
//!
//! Small models cite unreliably or not at all, so citations never come from
//! the model: each sentence is compared with the passages it was given. A
//! sentence is supported by a passage that has most of its topic words and
//! every number in it; other sentences are shown as unsupported.

use std::collections::HashSet;
use std::ops::Range;

use crate::text;

/// Share of a sentence's topic words a supporting passage must have.
const ENOUGH: f64 = 0.6;
/// A passage this close to the best one is cited too.
const NEARLY_BEST: f64 = 0.9;
/// Citations per sentence.
const MOST_CITATIONS: usize = 2;

/// A sentence of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Its bytes in the answer.
    pub range: Range<usize>,
    /// Whether a passage has what it says. Sentences that say nothing
    /// ("Of course!") count as supported.
    pub supported: bool,
    /// Indices of the passages that support it, best first.
    pub citations: Vec<usize>,
}

/// Checks every sentence of `answer` against the passages.
pub fn check(answer: &str, passages: &[&str]) -> Vec<Checked> {
    let folded: Vec<HashSet<String>> = passages
        .iter()
        .map(|passage| {
            text::words(passage)
                .into_iter()
                .map(|(_, w)| text::fold(w))
                .collect()
        })
        .collect();
    text::sentences(answer)
        .into_iter()
        .map(|range| {
            let words = text::topic_words(&answer[range.clone()]);
            check_sentence(range, &words, &folded)
        })
        .collect()
}

fn check_sentence(range: Range<usize>, words: &[String], passages: &[HashSet<String>]) -> Checked {
    let is_number = |word: &&String| word.chars().all(char::is_numeric);
    let mut scores: Vec<(f64, usize)> = passages
        .iter()
        .enumerate()
        .filter(|(_, passage)| words.iter().filter(is_number).all(|n| passage.contains(n)))
        .map(|(i, passage)| {
            let have = |word: &&String| passage.iter().any(|p| text::same_stem(p, word));
            let share = words.iter().filter(have).count() as f64 / words.len().max(1) as f64;
            (share, i)
        })
        .filter(|(share, _)| *share >= ENOUGH)
        .collect();
    scores.sort_by(|(a, i), (b, j)| b.total_cmp(a).then(i.cmp(j)));
    let best = scores.first().map_or(0.0, |(share, _)| *share);
    let citations: Vec<usize> = scores
        .into_iter()
        .filter(|(share, _)| *share >= best * NEARLY_BEST)
        .take(MOST_CITATIONS)
        .map(|(_, i)| i)
        .collect();
    Checked {
        range,
        // Two words are too few to claim anything.
        supported: !citations.is_empty() || words.len() < 2,
        citations,
    }
}

/// Removes citation marks such as `[2]` that a model wrote by itself, and a
/// last sentence that was cut off, unless it is all there is.
pub fn tidy(answer: &str, cut_off: bool) -> String {
    let clean = without_marks(answer);
    let clean = clean.trim();
    if !cut_off || is_whole(clean) {
        return clean.to_owned();
    }
    let mut sentences = text::sentences(clean);
    sentences.pop();
    let whole = sentences
        .iter()
        .rev()
        .map(|sentence| clean[..sentence.end].trim_end())
        .find(|text| is_whole(text));
    whole.unwrap_or(clean).to_owned()
}

/// Whether a text ends with a sentence, and not with the number of an item.
pub fn is_whole(text: &str) -> bool {
    let inside = text.trim_end_matches(['"', '\'', ')', '»', '”', '’', '*']);
    let last_line = inside.lines().next_back().unwrap_or_default().trim();
    let is_item = last_line.chars().all(|c| c.is_ascii_digit() || c == '.');
    inside.ends_with(['.', '!', '?', '…']) && !is_item
}

/// A text without citation marks and the space before each.
fn without_marks(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let (before, mark) = rest.split_at(open);
        clean.push_str(before);
        match mark.find(']') {
            Some(close) if close > 1 && mark[1..close].chars().all(|c| c.is_ascii_digit()) => {
                if clean.ends_with(' ') {
                    clean.pop();
                }
                rest = &mark[close + 1..];
            }
            _ => {
                clean.push('[');
                rest = &mark[1..];
            }
        }
    }
    clean.push_str(rest);
    clean
}

/// Removes citation marks from a text that comes in pieces: what may become a
/// mark is held back until it is known.
#[derive(Debug, Default)]
pub struct Unmarked {
    held: String,
}

impl Unmarked {
    /// What can be passed on now that `piece` came.
    pub fn push(&mut self, piece: &str) -> String {
        self.held.push_str(piece);
        let open = self.held.rfind('[').filter(|open| {
            let digits = &self.held[open + 1..];
            digits.chars().all(|c| c.is_ascii_digit())
        });
        let end = open.unwrap_or(self.held.len());
        let keep = self.held[..end].trim_end_matches(' ').len();
        let rest = self.held.split_off(keep);
        without_marks(&std::mem::replace(&mut self.held, rest))
    }

    /// What is left at the end.
    pub fn rest(&mut self) -> String {
        without_marks(&std::mem::take(&mut self.held))
    }
}

/// The words of the passages that come nearest to answering a question, for
/// quoting them: the sentence with most of the question's words, of the first
/// passage that has as many, and its neighbour. Sentences that only ask are
/// left out.
pub fn quote(question: &str, passages: &[&str]) -> String {
    let wanted = text::topic_words(question);
    let hits = |sentence: &str| {
        wanted
            .iter()
            .filter(|topic| {
                let words = text::words(sentence);
                words
                    .iter()
                    .any(|(_, word)| text::same_stem(&text::fold(word), topic))
            })
            .count()
    };
    let mut best = (0, String::new());
    for passage in passages {
        let told: Vec<&str> = text::sentences(passage)
            .into_iter()
            .map(|range| &passage[range])
            .filter(|sentence| !sentence.ends_with('?'))
            .collect();
        for (i, sentence) in told.iter().enumerate() {
            let found = hits(sentence);
            if found > best.0 || best.1.is_empty() {
                // The sentence after explains; a last one needs the one before.
                let from = if i + 1 == told.len() {
                    i.saturating_sub(1)
                } else {
                    i
                };
                let to = (from + 2).min(told.len());
                best = (found, told[from..to].join(" "));
            }
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAF: &str = "Leaves are green because they contain chlorophyll, which catches sunlight.";
    const RIVER: &str = "The Nyabarongo is about 300 km long and flows to Lake Rweru.";

    fn check_one(sentence: &str, supported: bool, citations: &[usize]) {
        let checked = check(sentence, &[LEAF, RIVER]);
        assert_eq!(checked.len(), 1);
        assert_eq!(
            (checked[0].supported, checked[0].citations.as_slice()),
            (supported, citations)
        );
    }

    #[test]
    fn sentences_are_matched_to_passages() {
        check_one("Chlorophyll makes leaves green.", true, &[0]);
        check_one("The Nyabarongo river flows into Lake Rweru.", true, &[1]);
        check_one("Plants invented the steam engine.", false, &[]);
        check_one("Of course!", true, &[]);
    }

    #[test]
    fn a_wrong_number_is_never_supported() {
        check_one("The Nyabarongo is 300 km long.", true, &[1]);
        check_one("The Nyabarongo is 900 km long.", false, &[]);
    }

    #[test]
    fn marks_and_cut_sentences_go() {
        assert_eq!(
            tidy("Leaves are green [1]. They", true),
            "Leaves are green."
        );
        assert_eq!(tidy("An array [x] stays", false), "An array [x] stays");
        assert_eq!(tidy("Only this", true), "Only this");
        assert_eq!(tidy("", true), "");
        assert_eq!(tidy("He said: \"Stop.\"", true), "He said: \"Stop.\"");
        let list = "Plants need:\n1. Water.\n2. Light.\n3.";
        assert_eq!(tidy(list, true), "Plants need:\n1. Water.\n2. Light.");
        assert_eq!(tidy("Water.\n\n2", true), "Water.");
    }

    #[test]
    fn marks_go_however_the_text_is_cut() {
        let text = "Green [1]. See [x] and  [ 2 ] [34]";
        for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
            let mut unmarked = Unmarked::default();
            let told = [unmarked.push(&text[..at]), unmarked.push(&text[at..])].concat();
            assert_eq!(told + &unmarked.rest(), "Green. See [x] and  [ 2 ]", "{at}");
        }
    }

    #[test]
    fn a_quote_holds_the_answer_and_never_only_asks() {
        let asks = "What does the sun do? Why does the sea get warm?";
        let tells =
            "Water covers much of the Earth. The sun warms the sea. Vapour rises and cools.";
        let quoted = quote("What does the sun do to the sea?", &[asks, tells]);
        assert_eq!(quoted, "The sun warms the sea. Vapour rises and cools.");
        assert_eq!(quote("?", &["One sentence."]), "One sentence.");
        assert_eq!(quote("sun?", &[asks]), "");
    }
}
