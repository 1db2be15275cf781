//! How long answers usually are. Pure.
//!
//! Most end long before their limit, so the limit says little about when a place
//! becomes free; what the last answers had says more, and also what to expect of
//! one that is already longer than most.

use std::collections::VecDeque;

/// Answers remembered.
const MOST: usize = 32;

/// Taken for one of them until a few are known: a paragraph.
const USUAL: u32 = 100;
const FEW: usize = 4;

/// The lengths of the last answers, in tokens.
#[derive(Debug, Clone, Default)]
pub struct Lengths(VecDeque<u32>);

impl Lengths {
    /// An answer ended after so many tokens.
    pub fn learn(&mut self, tokens: usize) {
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back(u32::try_from(tokens).unwrap_or(u32::MAX));
    }

    /// Tokens still to come, on average, of an answer that has `written` and may
    /// get `most` more.
    pub fn left(&self, written: usize, most: usize) -> f64 {
        let most = most as f64;
        let usual = (self.0.len() < FEW).then_some(USUAL);
        let lengths = self.0.iter().copied().chain(usual);
        let more: Vec<f64> = lengths
            .map(|length| f64::from(length) - written as f64)
            .filter(|more| *more > 0.0)
            .map(|more| more.min(most))
            .collect();
        match more.len() {
            // Longer than all: as much again as a quarter of it.
            0 => (written as f64 / 4.0).min(most),
            n => more.iter().sum::<f64>() / n as f64,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_goes_by_the_last_answers() {
        let mut lengths = Lengths::default();
        assert_eq!(lengths.left(0, 500), 100.0);
        assert_eq!(lengths.left(0, 60), 60.0);
        for _ in 0..MOST / 2 {
            lengths.learn(20);
            lengths.learn(60);
        }
        assert_eq!(lengths.left(0, 500), 40.0);
        assert_eq!(lengths.left(0, 30), 25.0, "half of them end at 20");
        assert_eq!(lengths.left(30, 500), 30.0, "it is one of the long ones");
        assert_eq!(lengths.left(80, 500), 20.0);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn never_more_than_the_limit(
            lengths in prop::collection::vec(0..500_usize, 0..50),
            written in 0..600_usize,
            most in 0..600_usize,
        ) {
            let mut learnt = Lengths::default();
            lengths.into_iter().for_each(|tokens| learnt.learn(tokens));
            prop_assert!(learnt.0.len() <= MOST);
            let left = learnt.left(written, most);
            prop_assert!((0.0..=most as f64).contains(&left));
        }
    }
}
