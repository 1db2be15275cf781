//! Fusing rankings, and deciding whether anything found is an answer. Pure.

use std::collections::HashMap;
use std::hash::Hash;

use super::Hit;
use crate::text;

/// The usual constant of reciprocal rank fusion (Cormack et al., 2009): large
/// enough that one first place does not drown two third places.
const RANK_CONSTANT: f64 = 60.0;

/// A passage with this share of the question's topic words bears on it,
/// whatever the vectors say.
const ENOUGH_COVERAGE: f64 = 0.6;
/// Below this share the words say nothing; the similarity must be clear.
const SOME_COVERAGE: f64 = 0.34;
/// Similarity above the model's floor that needs no words to agree, as with a
/// question in another language than the lesson.
const CLEAR_MARGIN: f64 = 0.04;

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
    fused.into_iter().map(|(id, (_, score))| (id, score)).collect()
}

/// 1 for a passage that tells, 1/2 for one that mostly asks: the exercises at
/// the end of a lesson have all its words and none of its answers.
pub fn telling(passage: &str) -> f64 {
    let sentences = text::sentences(passage);
    let asking = sentences.iter().filter(|range| passage[(*range).clone()].ends_with('?')).count();
    if asking * 2 > sentences.len() { 0.5 } else { 1.0 }
}

/// Whether any passage bears on the question. `floor` is the cosine above
/// which the embedding model's similarities mean something; without vectors
/// the words decide alone.
pub fn is_relevant(hits: &[Hit], floor: Option<f64>) -> bool {
    hits.iter().any(|hit| match (hit.similarity, floor) {
        (Some(similarity), Some(floor)) => {
            similarity >= floor + CLEAR_MARGIN
                || similarity >= floor && hit.coverage >= SOME_COVERAGE
                || similarity >= floor - CLEAR_MARGIN && hit.coverage >= ENOUGH_COVERAGE
        }
        _ => hit.coverage >= ENOUGH_COVERAGE,
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
    fn nothing_fuses_to_nothing() {
        assert!(reciprocal_ranks::<u8>(&[vec![], vec![]], 5).is_empty());
        assert!(!is_relevant(&[], Some(0.8)));
    }
}
