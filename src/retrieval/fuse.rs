//! Fusing rankings, and deciding whether anything found is an answer. Pure.

use std::collections::HashMap;
use std::hash::Hash;

use super::Hit;
use crate::text;

/// The usual constant of reciprocal rank fusion (Cormack et al., 2009): large
/// enough that one first place does not drown two third places.
const RANK_CONSTANT: f64 = 60.0;

/// Share of the question's topic words that a passage on the matter usually
/// has; without vectors it decides alone.
const USUAL_COVERAGE: f64 = 0.6;

/// Fuses rankings, best first, by the sum of `1 / (60 + rank)`; equal scores
/// keep the order of first appearance. Returns the best `limit`.
pub fn reciprocal_ranks<T: Copy + Eq + Hash>(rankings: &[Vec<T>], limit: usize) -> Vec<(T, f64)> {
    let mut scores: HashMap<T, (usize, f64)> = HashMap::new();
    for ranking in rankings {
        for (rank, id) in ranking.iter().enumerate() {
            let seen = scores.len();
            let entry = scores.entry(*id).or_insert((seen, 0.0));
            entry.1 += 1.0 / (RANK_CONSTANT + rank as f64 + 1.0);
        }
    }
    let mut fused: Vec<_> = scores.into_iter().collect();
    fused.sort_by(|(_, (a_seen, a)), (_, (b_seen, b))| b.total_cmp(a).then(a_seen.cmp(b_seen)));
    fused.truncate(limit);
    fused
        .into_iter()
        .map(|(id, (_, score))| (id, score))
        .collect()
}

/// 1 for a passage that tells, 1/2 for one that mostly asks: the exercises at
/// the end of a lesson have all its words and none of its answers.
pub fn telling(passage: &str) -> f64 {
    let sentences = text::sentences(passage);
    let asking = sentences
        .iter()
        .filter(|range| passage[(*range).clone()].ends_with('?'))
        .count();
    if asking * 2 > sentences.len() {
        0.5
    } else {
        1.0
    }
}

/// Whether any passage bears on the question. `floor` is the cosine above
/// which a passage with the usual share of the question's words does; words
/// beyond that share lower it, missing ones raise it. Fitted on 36 questions in
/// four languages, 17 of them about other things than the lessons; see
/// ARCHITECTURE.md, "Refusing". Without vectors the words decide alone.
pub fn is_relevant(hits: &[Hit], floor: Option<f64>) -> bool {
    hits.iter().any(|hit| match (hit.similarity, floor) {
        (Some(similarity), Some(floor)) => {
            // A third of what is left above the floor: models differ in how
            // much of the scale they use.
            let weight = (1.0 - floor) / 3.0;
            similarity + weight * (hit.coverage - USUAL_COVERAGE) >= floor
        }
        _ => hit.coverage >= USUAL_COVERAGE,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_beats_one_first_place() {
        let fused = reciprocal_ranks(&[vec!['a', 'b', 'c'], vec!['b', 'd']], 3);
        let order: Vec<_> = fused.iter().map(|(id, _)| *id).collect();
        assert_eq!(order, ['b', 'a', 'd']);
    }

    #[test]
    fn exercises_count_half() {
        assert_eq!(telling("Why is it green? How does it drink? Draw it."), 0.5);
        assert_eq!(telling("Why is it green? Because of chlorophyll."), 1.0);
    }

    #[test]
    fn words_and_meaning_decide_together() {
        let check = |similarity, coverage, expect| {
            let hit = Hit {
                passage: crate::retrieval::Passage {
                    lesson: crate::types::LessonId::new(),
                    ordinal: 0,
                    anchor: crate::inference::document::Anchor {
                        kind: crate::inference::document::AnchorKind::Page,
                        number: 1,
                        label: None,
                    },
                    language: None,
                    text: String::new(),
                },
                marks: Vec::new(),
                score: 0.0,
                similarity,
                coverage,
            };
            assert_eq!(
                is_relevant(&[hit], Some(0.85)),
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
    fn nothing_fuses_to_nothing() {
        assert!(reciprocal_ranks::<u8>(&[vec![], vec![]], 5).is_empty());
        assert!(!is_relevant(&[], Some(0.8)));
    }
}
