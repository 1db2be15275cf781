//! Turning topics into FTS5 queries, and marking the words that match. Pure.

use std::ops::Range;

use super::question::Topic;
use crate::text;

/// Words from which a prefix is also searched, so that "plants" finds "plant"
/// and the other way round.
const PREFIX_FROM: usize = 5;

/// The FTS5 query for topics: any of their words, each as itself or as a prefix.
/// `None` when there are none. Words are quoted, so nothing a pupil types is FTS5
/// syntax.
pub fn query(topics: &[Topic]) -> Option<String> {
    let own = topics
        .iter()
        .flat_map(|topic| topic.words.iter().map(String::as_str));
    let english = topics
        .iter()
        .flat_map(|topic| topic.english.iter().copied());
    let terms: Vec<String> = own.chain(english).map(term).collect();
    (!terms.is_empty()).then(|| terms.join(" OR "))
}

fn term(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    if letters.len() >= PREFIX_FROM && !letters.iter().all(|c| c.is_numeric()) {
        // Dropping the last letter reaches plural and singular alike.
        let stem: String = letters[..letters.len() - 1].iter().collect();
        format!("\"{stem}\"*")
    } else {
        format!("\"{word}\"")
    }
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
    /// Whether the lessons have one of its words.
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

    fn weighted(word: &str, weight: f64, known: bool) -> Weighted {
        Weighted {
            topic: topic(word, &[]),
            weight,
            known,
        }
    }

    #[test]
    fn queries_are_quoted_and_prefixed() {
        let topics = [
            topic("plants", &[]),
            topic("eau", &["water"]),
            topic("1994", &[]),
        ];
        let all = "\"plant\"* OR \"eau\" OR \"1994\" OR \"wate\"*";
        assert_eq!(query(&topics).unwrap(), all);
        assert_eq!(query(&[]), None);
    }

    #[test]
    fn only_words_the_lessons_do_not_have_are_looked_for_by_sound() {
        let weights = [
            weighted("turikiya", 1.0, false),
            weighted("kigali", 1.0, true),
        ];
        assert_eq!(by_sound(&weights).unwrap(), "\"trk\"");
        assert_eq!(by_sound(&weights[1..]), None);
        let (marks, share) = matches("Ankara is in Turkey.", &weights);
        assert_eq!((marks, share), (vec![13..19], 0.5));
    }

    #[test]
    fn marks_cover_the_matching_words() {
        let mut weights = [weighted("leaf", 1.0, true), weighted("moon", 3.0, true)];
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
