//! How good rankings are when each question has one right passage. Pure.

/// Sums over questions; see [`Scores::means`].
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Scores {
    questions: u32,
    first: u32,
    in_five: u32,
    in_twenty: u32,
    reciprocal: f64,
    gain: f64,
}

/// Means over questions, each 0..1.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Means {
    /// Questions asked.
    pub questions: u32,
    /// Share whose right passage came first.
    pub recall_1: f64,
    /// Share whose right passage was among the first five.
    pub recall_5: f64,
    /// The same for twenty.
    pub recall_20: f64,
    /// Mean of 1 / place, 0 beyond the tenth (MRR@10).
    pub mrr_10: f64,
    /// Mean of 1 / log2(place + 1), 0 beyond the tenth: nDCG@10 with one
    /// right passage.
    pub ndcg_10: f64,
}

impl Scores {
    /// Adds a question whose right passage has this place, from 1.
    pub fn add(&mut self, place: Option<usize>) {
        self.questions += 1;
        let Some(place) = place else { return };
        let within = |most| u32::from(place <= most);
        self.first += within(1);
        self.in_five += within(5);
        self.in_twenty += within(20);
        if place <= 10 {
            self.reciprocal += 1.0 / place as f64;
            self.gain += 1.0 / (place as f64 + 1.0).log2();
        }
    }

    /// The means so far; all 0 without questions.
    pub fn means(&self) -> Means {
        let all = f64::from(self.questions.max(1));
        Means {
            questions: self.questions,
            recall_1: f64::from(self.first) / all,
            recall_5: f64::from(self.in_five) / all,
            recall_20: f64::from(self.in_twenty) / all,
            mrr_10: self.reciprocal / all,
            ndcg_10: self.gain / all,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_scored_as_defined() {
        let mut scores = Scores::default();
        for place in [Some(1), Some(3), Some(11), None] {
            scores.add(place);
        }
        let means = scores.means();
        assert_eq!(means.questions, 4);
        assert_eq!(
            (means.recall_1, means.recall_5, means.recall_20),
            (0.25, 0.5, 0.75)
        );
        assert!((means.mrr_10 - (1.0 + 1.0 / 3.0) / 4.0).abs() < 1e-12);
        assert!((means.ndcg_10 - 1.5 / 4.0).abs() < 1e-12);
        assert_eq!(Scores::default().means().mrr_10, 0.0);
    }
}
