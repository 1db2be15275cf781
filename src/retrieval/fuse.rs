//! Fusing rankings, and deciding whether anything found is an answer. Pure.

use std::collections::BTreeMap;

use super::Hit;
use crate::text;
use crate::types::Language;

/// How much of a model's scale of cosines, from its relevance floor to 1, is worth
/// one point. Models differ in how much of the scale they use; for e5 it is 0.02.
const POINT: f64 = 1.0 / 7.5;
/// Points for one of BM25's, of words and of their sounds. These three were fitted
/// on the training half of AfriQA; see `benches/retrieval/RESULTS.md`.
const WORD: f64 = 0.2;
const SOUND: f64 = 0.3;
/// Points for being in a lesson that the question names; "the water cycle" is also
/// what other lessons speak of.
const NAMING: f64 = 1.0;
/// Points that exercises lose, which have all words of a question and none of the
/// answers.
const ASKING: f64 = 3.0;

/// Share of the question's topics that a passage on the matter usually has;
/// without vectors it decides alone.
const USUAL_COVERAGE: f64 = 0.6;

/// What speaks for a passage.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Evidence {
    /// Cosine to the question.
    pub similarity: Option<f64>,
    /// BM25 of the question's words.
    pub words: f64,
    /// BM25 of their sounds.
    pub sounds: f64,
    /// It is on the page that the question names.
    pub named: bool,
}

/// What speaks for each passage.
pub type Candidates = BTreeMap<i64, Evidence>;

impl Evidence {
    /// In points; only the order of one question's passages means something.
    /// `floor` is the model's relevance floor, and what a passage that was not
    /// embedded yet is taken for: its words decide whether it is shown.
    pub fn score(&self, floor: Option<f64>) -> f64 {
        let floor = floor.unwrap_or_default();
        let meaning = self.similarity.unwrap_or(floor) / (POINT * (1.0 - floor));
        meaning + WORD * self.words + SOUND * self.sounds
    }
}

/// Cosines by a model with one relevance floor as those of a model with another
/// would be: floors and ones meet.
pub fn scale(from: Option<f64>, to: Option<f64>) -> impl Fn(f64) -> f64 {
    let part = match (from, to) {
        (Some(from), Some(to)) if from < 1.0 => (1.0 - to) / (1.0 - from),
        _ => 1.0,
    };
    move |cosine| 1.0 - (1.0 - cosine) * part
}

/// Points to give to a passage for being in a lesson that the question names.
pub fn naming(named: bool) -> f64 {
    if named { NAMING } else { 0.0 }
}

/// Points to take from a passage that mostly asks.
pub fn asking(passage: &str) -> f64 {
    let sentences = text::sentences(passage);
    let asking = sentences
        .iter()
        .filter(|range| passage[(*range).clone()].ends_with('?'))
        .count();
    match asking * 2 > sentences.len() {
        true => ASKING,
        false => 0.0,
    }
}

/// Whether any passage bears on a question of this language; see
/// ARCHITECTURE.md, "Refusing".
pub fn is_relevant(hits: &[Hit], floor: Option<f64>, question: Option<Language>) -> bool {
    hits.iter()
        .any(|hit| margin(hit, floor) >= line(question, hit.passage.language))
}

/// How far a passage is above the line from which one bears on the question; on it at
/// 0. `floor` is the cosine at which one with the usual share of the question's words
/// is; words beyond that share raise it, missing ones lower it, all of them together
/// by a third of what is left above the floor: models differ in how much of the scale
/// they use. Without vectors the words decide alone.
fn margin(hit: &Hit, floor: Option<f64>) -> f64 {
    let words = hit.coverage - USUAL_COVERAGE;
    match (hit.similarity, floor) {
        // The page that was asked for, unless what was asked is not on it.
        _ if hit.named && hit.coverage > 0.0 => f64::INFINITY,
        (Some(similarity), Some(floor)) => (similarity - floor) / (1.0 - floor) + words / 3.0,
        _ => words,
    }
}

/// Where the line is for a question of this language. Between Kinyarwanda and another
/// language words and vectors tell less, English has more words to tell by; both were
/// fitted on the training half of AfriQA (`benches/retrieval`).
fn line(question: Option<Language>, passage: Option<Language>) -> f64 {
    match question {
        Some(Language::Kinyarwanda) if passage != question => -0.1,
        Some(Language::English) => 0.04,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retrieval::test_passage;
    use crate::types::LessonId;

    #[test]
    fn words_and_sounds_lift_what_is_as_near() {
        let score = |similarity, words, sounds| {
            let evidence = Evidence {
                similarity: Some(similarity),
                words,
                sounds,
                named: false,
            };
            evidence.score(Some(0.85))
        };
        assert!(score(0.86, 8.0, 0.0) > score(0.88, 0.0, 0.0));
        assert!(score(0.86, 0.0, 8.0) > score(0.86, 8.0, 0.0));
        assert!(score(0.92, 0.0, 0.0) > score(0.86, 8.0, 0.0));
    }

    #[test]
    fn a_passage_without_a_vector_yet_is_found_by_its_words() {
        let score = |similarity, words| {
            let evidence = Evidence {
                similarity,
                words,
                ..Evidence::default()
            };
            evidence.score(Some(0.85))
        };
        assert!(score(None, 10.0) > score(Some(0.84), 0.0));
        assert!(score(None, 10.0) > score(Some(0.87), 2.0));
        assert!(score(None, 2.0) < score(Some(0.9), 2.0));
    }

    #[test]
    fn cosines_of_two_models_are_compared_by_their_floors() {
        let check = |from, to, cosine, expect: f64| {
            let got = scale(from, to)(cosine);
            assert!((got - expect).abs() < 1e-9, "{got}");
        };
        check(Some(0.35), Some(0.845), 0.35, 0.845);
        check(Some(0.35), Some(0.845), 1.0, 1.0);
        check(Some(0.845), Some(0.845), 0.9, 0.9);
        check(None, Some(0.845), 0.5, 0.5);
    }

    #[test]
    fn exercises_lose() {
        assert!(asking("Why is it green? How does it drink? Draw it.") > 0.0);
        assert_eq!(asking("Why is it green? Because of chlorophyll."), 0.0);
    }

    #[test]
    fn words_and_meaning_decide_together() {
        let check = |similarity, coverage, expect| {
            let hit = Hit {
                passage: test_passage(LessonId::new(), 0, 1, ""),
                marks: Vec::new(),
                score: 0.0,
                similarity,
                coverage,
                named: false,
            };
            assert_eq!(
                is_relevant(&[hit], Some(0.85), None),
                expect,
                "{similarity:?} {coverage}"
            );
        };
        check(Some(0.84), 1.0, true);
        check(Some(0.86), 0.6, true);
        check(Some(0.855), 0.0, false);
        check(Some(0.79), 0.5, false);
        check(None, 0.7, true);
    }

    #[test]
    fn the_line_depends_on_the_languages() {
        let mut hit = Hit {
            passage: test_passage(LessonId::new(), 0, 1, ""),
            marks: Vec::new(),
            score: 0.0,
            similarity: Some(0.84),
            coverage: 0.6,
            named: false,
        };
        let mut check = |passage, question, expect| {
            hit.passage.language = passage;
            let found = is_relevant(std::slice::from_ref(&hit), Some(0.85), question);
            assert_eq!(found, expect, "{passage:?} {question:?}");
        };
        let (ours, english) = (Some(Language::Kinyarwanda), Some(Language::English));
        check(english, ours, true);
        check(None, ours, true);
        check(ours, ours, false);
        check(english, english, false);
        check(english, None, false);
    }

    #[test]
    fn nothing_is_not_relevant() {
        assert!(!is_relevant(&[], Some(0.8), None));
    }
}
