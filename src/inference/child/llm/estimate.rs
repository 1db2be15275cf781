//! When waiting requests will begin. Pure.
//!
//! Answers in progress share the engine evenly. So the one with least left ends
//! first, the next request takes its place, and so on: that is played through,
//! which also tells that eight equal answers end together and not in turn.

/// Milliseconds until each of `waiting` begins, in order, given the work left of
/// the answers in progress and what each waiting request will need, all in
/// milliseconds of the whole engine, and how many are answered side by side.
pub fn begin_ms(active: &[f64], waiting: &[f64], rows: usize) -> Vec<f64> {
    let rows = rows.max(1);
    let mut left: Vec<f64> = active.to_vec();
    let mut now = 0.0;
    let mut begins = Vec::with_capacity(waiting.len());
    for &work in waiting {
        while left.len() >= rows {
            let least = left.iter().copied().fold(f64::INFINITY, f64::min);
            now += least * left.len() as f64;
            // Those that end together with it go too; a rounding error is no answer.
            left.retain_mut(|other| {
                *other -= least;
                *other > 1e-6
            });
        }
        begins.push(now);
        left.push(work.max(1e-3));
    }
    begins
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn places_free_up_as_answers_end() {
        assert_eq!(begin_ms(&[], &[5.0, 5.0], 2), [0.0, 0.0]);
        // Two equal answers share the engine: both end after 20, not 10.
        assert_eq!(
            begin_ms(&[10.0, 10.0], &[10.0, 10.0, 10.0], 2),
            [20.0, 20.0, 40.0]
        );
        assert_eq!(begin_ms(&[4.0, 10.0], &[6.0, 1.0], 2), [8.0, 20.0]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn nobody_begins_before_the_one_ahead(
            active in prop::collection::vec(0.1..500.0_f64, 0..10),
            waiting in prop::collection::vec(0.1..500.0_f64, 0..30),
            rows in 1..12_usize,
        ) {
            let begins = begin_ms(&active, &waiting, rows);
            prop_assert!(begins.is_sorted());
            let all: f64 = active.iter().chain(&waiting).sum();
            prop_assert!(begins.iter().all(|ms| *ms <= all + 1.0));
        }
    }
}
