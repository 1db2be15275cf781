//! Turning a question into an FTS5 query, and marking the words that match. Pure.

use std::ops::Range;

use crate::text;

/// Words from which a prefix is also searched, so that "plants" finds "plant"
/// and the other way round.
const PREFIX_FROM: usize = 5;

/// The FTS5 query for a question's topic words: any of them, each as itself or
/// as a prefix. `None` when there are none. Words are quoted, so nothing a
/// pupil types is FTS5 syntax.
pub fn query(words: &[String]) -> Option<String> {
    let terms: Vec<String> = words
        .iter()
        .map(|word| {
            let letters: Vec<char> = word.chars().collect();
            if letters.len() >= PREFIX_FROM && !letters.iter().all(|c| c.is_numeric()) {
                // Dropping the last letter reaches plural and singular alike.
                let stem: String = letters[..letters.len() - 1].iter().collect();
                format!("\"{stem}\"*")
            } else {
                format!("\"{word}\"")
            }
        })
        .collect();
    (!terms.is_empty()).then(|| terms.join(" OR "))
}

/// Where a passage has the weighted words, and the share of the weight it has.
pub fn matches(passage: &str, weights: &[(String, f64)]) -> (Vec<Range<usize>>, f64) {
    let mut marks = Vec::new();
    let mut found = vec![false; weights.len()];
    for (range, word) in text::words(passage) {
        let folded = text::fold(word);
        for (i, (topic, _)) in weights.iter().enumerate() {
            if text::same_stem(&folded, topic) {
                found[i] = true;
                if marks.last() != Some(&range) {
                    marks.push(range.clone());
                }
            }
        }
    }
    let total: f64 = weights.iter().map(|(_, w)| w).sum();
    let have: f64 = weights
        .iter()
        .zip(&found)
        .filter_map(|((_, w), found)| found.then_some(w))
        .sum();
    let share = if total > 0.0 { have / total } else { 0.0 };
    (marks, share)
}

/// The weight of a topic word found in `with` of `all` passages: the rarer,
/// the more it says (the idf of BM25, never negative). A word the lessons do
/// not have at all weighs most, for it is what they can not answer.
pub fn weight(with: u32, all: u32) -> f64 {
    let (with, all) = (f64::from(with), f64::from(all));
    (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_quoted_and_prefixed() {
        let words = ["plants", "eau", "1994"].map(String::from);
        assert_eq!(query(&words).unwrap(), "\"plant\"* OR \"eau\" OR \"1994\"");
        assert_eq!(query(&[]), None);
    }

    #[test]
    fn marks_cover_the_matching_words() {
        let weights = [("leaf".to_owned(), 1.0), ("moon".to_owned(), 3.0)];
        let (marks, share) = matches("Each leaf has leaf veins.", &weights);
        assert_eq!(marks, [5..9, 14..18]);
        assert_eq!(share, 0.25);
    }

    #[test]
    fn rare_words_weigh_more() {
        assert!(weight(0, 100) > weight(5, 100));
        assert!(weight(100, 100) >= 0.0);
    }
}
