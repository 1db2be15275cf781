//! The vectors of passages in memory, a byte a number, for finding what is near
//! in meaning.
//!
//! Reading every vector from the database for every question would take ten times
//! as long as comparing them. Rounded to bytes they take 396 bytes a passage, and
//! of the twenty that seem nearest the ten nearest are always among them (AfriQA,
//! e5); exact cosines of the candidates come from the database. A lesson is
//! loaded when it is first searched and dropped when its passages change.

use std::cmp::Ordering;
use std::sync::Arc;

use simsimd::SpatialSimilarity;

use super::by_lesson::ByLesson;

/// The vectors of all lessons searched so far, by the model that made them.
pub type Nearest = ByLesson<String, Arc<Rounded>>;

/// A lesson's vectors by one model.
pub struct Rounded {
    ids: Vec<i64>,
    /// What a step of a passage's numbers is worth.
    steps: Vec<f32>,
    /// One passage's numbers after the other's.
    numbers: Vec<i8>,
}

impl Rounded {
    /// Of passages' ids and vectors.
    pub fn new(vectors: &[(i64, Vec<f32>)]) -> Self {
        let mut rounded = Self {
            ids: Vec::with_capacity(vectors.len()),
            steps: Vec::with_capacity(vectors.len()),
            numbers: Vec::new(),
        };
        for (id, vector) in vectors {
            rounded.ids.push(*id);
            rounded.steps.push(round(vector, &mut rounded.numbers));
        }
        rounded
    }

    /// Adds the passages nearest to a question to `best`.
    pub fn search(&self, best: &mut Best) {
        let passages = self.numbers.chunks_exact(best.question.len().max(1));
        for ((numbers, id), step) in passages.zip(&self.ids).zip(&self.steps) {
            // Whole numbers far below what a float can not tell apart.
            let product = i8::dot(numbers, &best.question).unwrap_or_default();
            best.found.offer(*id, product as f32 * step);
        }
    }
}

/// Rounds numbers to steps of the largest / 127 and returns the step.
fn round(vector: &[f32], into: &mut Vec<i8>) -> f32 {
    let largest = vector.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
    let step = if largest > 0.0 { largest / 127.0 } else { 1.0 };
    into.extend(vector.iter().map(|x| (x / step).round() as i8));
    step
}

/// The passages nearest to a question so far.
pub struct Best {
    question: Vec<i8>,
    found: Top<f32>,
}

impl Best {
    /// Nothing yet, of at most `most` (at least 1).
    pub fn new(question: &[f32], most: usize) -> Self {
        let mut numbers = Vec::with_capacity(question.len());
        round(question, &mut numbers);
        Self {
            question: numbers,
            found: Top::new(most),
        }
    }

    /// Their ids, nearest first.
    pub fn ids(self) -> impl Iterator<Item = i64> {
        self.found.sorted().into_iter().map(|(id, _)| id)
    }
}

/// The best of many by a number.
pub struct Top<N> {
    most: usize,
    found: Vec<(i64, N)>,
    /// What is not above this is not among the best.
    least: Option<N>,
}

impl<N: PartialOrd + Copy> Top<N> {
    /// Nothing yet, of at most `most` (at least 1).
    pub fn new(most: usize) -> Self {
        Self {
            most: most.max(1),
            found: Vec::new(),
            least: None,
        }
    }

    /// Considers one more.
    pub fn offer(&mut self, id: i64, number: N) {
        if self.least.is_none_or(|least| number > least) {
            self.found.push((id, number));
            // Sorting now and then costs less than a heap for each.
            if self.found.len() >= 4 * self.most {
                self.cut();
            }
        }
    }

    fn cut(&mut self) {
        let order = |a: &N, b: &N| b.partial_cmp(a).unwrap_or(Ordering::Equal);
        self.found
            .sort_unstable_by(|a, b| order(&a.1, &b.1).then(a.0.cmp(&b.0)));
        self.found.truncate(self.most);
        if self.found.len() == self.most {
            self.least = self.found.last().map(|(_, number)| *number);
        }
    }

    /// The best with their numbers, best first; of equals the lower id.
    pub fn sorted(mut self) -> Vec<(i64, N)> {
        self.cut();
        self.found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(vectors: &Rounded, question: &[f32], most: usize) -> Vec<i64> {
        let mut best = Best::new(question, most);
        vectors.search(&mut best);
        best.ids().collect()
    }

    /// A vector of length one in a direction.
    fn at(degrees: f32) -> Vec<f32> {
        let (y, x) = degrees.to_radians().sin_cos();
        vec![x, y]
    }

    #[test]
    fn the_nearest_come_first() {
        let vectors: Vec<_> = (0..180).map(|n| (n, at(n as f32))).collect();
        let vectors = Rounded::new(&vectors);
        assert_eq!(search(&vectors, &at(90.3), 3), [90, 91, 89]);
        assert_eq!(search(&vectors, &at(0.0), 500).len(), 180);
        let empty = Rounded::new(&[]);
        assert!(search(&empty, &at(90.0), 3).is_empty());
    }
}
