//! Turning topics into FTS5 queries, and marking the words that match. Pure.

use std::ops::Range;

use super::question::Topic;
use crate::text;

/// Words from which a prefix is also searched, so that "plants" finds "plant"
/// and the other way round.
const PREFIX_FROM: usize = 5;

/// Passages that have a topic's words above which these are left out of the query
/// when others are rarer: each of the passages would be scored. Below that it
/// finds more to keep them (AfriQA, English words alone: recall@5 0.887 against
/// 0.857 with words left out that a twentieth of 3,118 passages have).
const TOO_MANY: u32 = 5_000;

/// The FTS5 query for topics: any of their words, each as itself or as a prefix.
/// `None` when there are none. Words are quoted, so nothing a pupil types is FTS5
/// syntax.
pub fn query(topics: &[Weighted]) -> Option<String> {
    let counts = topics.iter().map(|topic| topic.passages);
    let rarest = counts.filter(|count| *count > 0).min().unwrap_or(0);
    let rare = topics
        .iter()
        .filter(|topic| topic.passages <= rarest.max(TOO_MANY));
    let words = rare.flat_map(|topic| topic.topic.all());
    let terms: Vec<String> = words.map(|word| term(word).0).collect();
    (!terms.is_empty()).then(|| terms.join(" OR "))
}

/// The words a term of a query stands for: from the first to before the second.
pub fn range(word: &str) -> (String, String) {
    let (_, stem) = term(word);
    // Nothing comes before the first code point, and no letter after the last.
    let end = match stem.len() < word.len() {
        true => '\u{10FFFF}',
        false => '\0',
    };
    (stem.to_owned(), format!("{stem}{end}"))
}

/// A word as a term of an FTS5 query, and what the words it finds begin with: the
/// whole word, if not without its last letter, which reaches plural and singular.
fn term(word: &str) -> (String, &str) {
    let letters = word.chars().count();
    match word.char_indices().next_back() {
        Some((last, _)) if letters >= PREFIX_FROM && !word.chars().all(char::is_numeric) => {
            (format!("\"{}\"*", &word[..last]), &word[..last])
        }
        _ => (grouped(word).unwrap_or(format!("\"{word}\"")), word),
    }
}

/// A long number, also with its digits in groups of three as lessons may write it;
/// FTS5 takes each group for a word.
fn grouped(number: &str) -> Option<String> {
    if number.len() < 4 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (mut groups, mut rest) = (Vec::new(), number);
    while rest.len() > 3 {
        let (before, group) = rest.split_at(rest.len() - 3);
        groups.push(group);
        rest = before;
    }
    groups.push(rest);
    groups.reverse();
    Some(format!("(\"{number}\" OR \"{}\")", groups.join(" ")))
}

/// The FTS5 query for the sounds of topics that the lessons have neither as they
/// are spelled nor in English: names and terms spelled by ear.
pub fn by_sound(weights: &[Weighted]) -> Option<String> {
    let unknown = weights.iter().filter(|weighted| !weighted.known);
    let unknown = unknown.filter(|weighted| weighted.topic.english.is_empty());
    let words = unknown.flat_map(|weighted| &weighted.topic.words);
    let sounds: Vec<String> = words.filter_map(|word| text::sound(word)).collect();
    let quoted = sounds.iter().map(|sound| format!("\"{sound}\""));
    (!sounds.is_empty()).then(|| quoted.collect::<Vec<_>>().join(" OR "))
}

/// A topic and how much it says.
#[derive(Debug, Clone)]
pub struct Weighted {
    /// The topic.
    pub topic: Topic,
    /// See [`weight`].
    pub weight: f64,
    /// Passages of the box that have one of its words.
    pub passages: u32,
    /// Whether a passage that may be found has one of them.
    pub known: bool,
}

/// Where a passage has the topics, and the share of their weight it has.
pub fn matches(passage: &str, weights: &[Weighted]) -> (Vec<Range<usize>>, f64) {
    let mut marks = Vec::new();
    let mut found = vec![false; weights.len()];
    for (range, word) in text::words(passage) {
        let folded = text::fold(word);
        let sounds = text::sound(&folded);
        for (i, weighted) in weights.iter().enumerate() {
            let topic = &weighted.topic;
            let heard = |word: &String| sounds.is_some() && text::sound(word) == sounds;
            let by_ear = !weighted.known && topic.english.is_empty();
            if topic.words.iter().any(|own| text::same_stem(&folded, own))
                || topic
                    .english
                    .iter()
                    .any(|english| text::same_stem(&folded, english))
                || by_ear && topic.words.iter().any(heard)
            {
                found[i] = true;
                if marks.last() != Some(&range) {
                    marks.push(range.clone());
                }
            }
        }
    }
    let total: f64 = weights.iter().map(|weighted| weighted.weight).sum();
    let have: f64 = weights
        .iter()
        .zip(&found)
        .filter_map(|(weighted, found)| found.then_some(weighted.weight))
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

    fn topic(word: &str, english: &[&'static str]) -> Topic {
        Topic {
            words: vec![word.to_owned()],
            english: english.to_vec(),
        }
    }

    fn weighted(word: &str, weight: f64, passages: u32) -> Weighted {
        Weighted {
            topic: topic(word, &[]),
            weight,
            passages,
            known: passages > 0,
        }
    }

    #[test]
    fn queries_are_quoted_and_prefixed() {
        let mut topics = ["plants", "eau", "14000"].map(|word| weighted(word, 1.0, 3));
        topics[1].topic.english = vec!["water"];
        let all = "\"plant\"* OR \"eau\" OR \"wate\"* OR (\"14000\" OR \"14 000\")";
        assert_eq!(query(&topics).unwrap(), all);
        topics[0].passages = 30_000;
        assert!(!query(&topics).unwrap().contains("plant"));
        // Nothing else is left.
        assert_eq!(query(&topics[..1]).unwrap(), "\"plant\"*");
        assert_eq!(query(&[]), None);
        assert_eq!(range("eau"), ("eau".into(), "eau\0".into()));
        assert_eq!(range("plants").0, "plant");
    }

    #[test]
    fn only_words_the_lessons_do_not_have_are_looked_for_by_sound() {
        let weights = [weighted("turikiya", 1.0, 0), weighted("kigali", 1.0, 3)];
        assert_eq!(by_sound(&weights).unwrap(), "\"trk\"");
        assert_eq!(by_sound(&weights[1..]), None);
        let (marks, share) = matches("Ankara is in Turkey.", &weights);
        assert_eq!((marks.len(), marks[0].clone(), share), (1, 13..19, 0.5));
    }

    #[test]
    fn marks_cover_the_matching_words() {
        let mut weights = [weighted("leaf", 1.0, 3), weighted("moon", 3.0, 3)];
        let (marks, share) = matches("Each leaf has leaf veins.", &weights);
        assert_eq!(marks, [5..9, 14..18]);
        assert_eq!(share, 0.25);
        weights[1].topic.english = vec!["veins"];
        assert_eq!(matches("Each leaf has leaf veins.", &weights).1, 1.0);
    }

    #[test]
    fn rare_words_weigh_more() {
        assert!(weight(0, 100) > weight(5, 100));
        assert!(weight(100, 100) >= 0.0);
    }
}
