//! Short passages with what stands beside them on their page.
//!
//! The end of a page is often a line or two: found for its words, but too little to
//! answer from. Such a passage is given with its neighbours, and these are not shown
//! a second time. What was found of a neighbour counts for the whole.

use std::collections::{HashMap, HashSet};

use super::keywords::{self, Weighted};
use super::{Hit, Passage};
use crate::types::LessonId;

/// Bytes below which a passage is too short to stand alone.
const SHORT: usize = 200;
/// Bytes of a passage with its neighbours at most, as of the longest passage.
const MOST: usize = 720;

/// Where a passage's neighbours are looked for.
pub fn wanted(hits: &[Hit]) -> Vec<(LessonId, u32)> {
    hits.iter()
        .map(|hit| &hit.passage)
        .filter(|passage| passage.text.len() < SHORT)
        .flat_map(|passage| {
            let (lesson, at) = (passage.lesson, passage.ordinal);
            let before = at.checked_sub(1).map(|before| (lesson, before));
            before.into_iter().chain([(lesson, at + 1)])
        })
        .collect()
}

/// Adds those of `near` that are on the page of a short passage to it, and leaves
/// out what became part of a better one.
pub fn join(hits: &mut Vec<Hit>, near: &[Passage], topics: &[Weighted]) {
    let found: HashMap<(LessonId, u32), Option<f64>> = hits
        .iter()
        .map(|hit| ((hit.passage.lesson, hit.passage.ordinal), hit.similarity))
        .collect();
    let mut given: HashSet<(LessonId, u32)> = HashSet::new();
    hits.retain_mut(|hit| {
        let place = (hit.passage.lesson, hit.passage.ordinal);
        if !given.insert(place) {
            return false;
        }
        if hit.passage.text.len() < SHORT {
            for passage in near {
                let there = (passage.lesson, passage.ordinal);
                let length = hit.passage.text.len() + 1 + passage.text.len();
                if is_beside(passage, &hit.passage) && length <= MOST && given.insert(there) {
                    hit.passage.text = match passage.ordinal < place.1 {
                        true => format!("{}\n{}", passage.text, hit.passage.text),
                        false => format!("{}\n{}", hit.passage.text, passage.text),
                    };
                    let theirs = found.get(&there).copied().flatten();
                    hit.similarity = [hit.similarity, theirs]
                        .into_iter()
                        .flatten()
                        .reduce(f64::max);
                }
            }
            let (marks, coverage) = keywords::matches(&hit.passage.text, topics);
            hit.marks = marks;
            hit.coverage = hit.coverage.max(coverage);
        }
        true
    });
}

fn is_beside(near: &Passage, passage: &Passage) -> bool {
    let (one, other) = (&near.anchor, &passage.anchor);
    near.lesson == passage.lesson
        && near.ordinal.abs_diff(passage.ordinal) == 1
        && (one.kind, one.number) == (other.kind, other.number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retrieval::test_passage;

    fn hit(lesson: LessonId, ordinal: u32, page: u32, text: &str) -> Hit {
        Hit {
            passage: test_passage(lesson, ordinal, page, text),
            marks: Vec::new(),
            score: 0.0,
            similarity: None,
            coverage: 0.0,
            named: false,
        }
    }

    #[test]
    fn a_short_passage_comes_with_the_rest_of_its_page() {
        let lesson = LessonId::new();
        let long = "They need light. ".repeat(20);
        let all = [
            (0, 1, "Other page."),
            (1, 2, long.as_str()),
            (2, 2, "So they grow."),
        ];
        let all = all.map(|(at, page, text)| hit(lesson, at, page, text));
        let near: Vec<Passage> = all.iter().map(|hit| hit.passage.clone()).collect();
        let mut hits = vec![all[2].clone(), all[1].clone(), all[0].clone()];
        (hits[0].similarity, hits[1].similarity) = (Some(0.6), Some(0.8));
        assert_eq!(wanted(&hits), [(lesson, 1), (lesson, 3), (lesson, 1)]);
        join(&mut hits, &near, &[]);
        let texts: Vec<_> = hits.iter().map(|hit| hit.passage.text.as_str()).collect();
        assert_eq!(
            texts,
            [format!("{long}\nSo they grow.").as_str(), "Other page."]
        );
        assert_eq!(hits[0].similarity, Some(0.8));
    }

    #[test]
    fn what_would_get_too_long_stays_apart() {
        let lesson = LessonId::new();
        let long = "They need light. ".repeat(42);
        let all = [hit(lesson, 0, 1, &long), hit(lesson, 1, 1, "So they grow.")];
        let near: Vec<Passage> = all.iter().map(|hit| hit.passage.clone()).collect();
        let mut hits = vec![all[1].clone(), all[0].clone()];
        join(&mut hits, &near, &[]);
        assert_eq!(hits.len(), 2);
        assert_eq!(hits[0].passage.text, "So they grow.");
    }
}
