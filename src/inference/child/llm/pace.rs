//! How much one step computes, from what steps have cost so far. Pure.
//!
//! Every answer in progress gets its next token in every step, and one prompt
//! advances by a chunk beside them. The chunk is as large as fits into the time
//! a reader may wait between two words; what a row costs is learned from the
//! steps themselves, so that a slow box takes small chunks by itself.

/// Rows of one step at most; also the context's batch size.
pub const MOST_ROWS: usize = 256;

/// Rows of a prompt that a step reads at least: fewer waste most of the step.
const LEAST_ROWS: usize = 8;

/// Time for a step while answers are being written, in milliseconds: words
/// come at reading speed, and a cancel takes effect within it.
const BESIDE_ANSWERS_MS: f64 = 400.0;

/// The same while nothing is being written; someone may join meanwhile.
const ALONE_MS: f64 = 1_000.0;

/// Weight of the newest step in what is remembered.
const NEWEST: f64 = 0.2;

/// What steps cost, learned.
#[derive(Debug, Clone)]
pub struct Pace {
    /// Milliseconds a row of a prompt adds to a step.
    prompt_row_ms: f64,
    /// Milliseconds of a step without a prompt, by rows; 0 where none was seen.
    answers_ms: Vec<f64>,
}

impl Pace {
    /// A pace from one measurement: rows of a prompt in so many milliseconds.
    pub fn new(rows: usize, ms: f64) -> Self {
        Self {
            prompt_row_ms: (ms / rows.max(1) as f64).max(0.01),
            answers_ms: Vec::new(),
        }
    }

    /// Milliseconds a prompt of so many tokens takes to read.
    pub fn reading_ms(&self, tokens: usize) -> f64 {
        self.prompt_row_ms * tokens as f64
    }

    /// Milliseconds a step takes that only continues so many answers.
    pub fn writing_ms(&self, answers: usize) -> f64 {
        let seen = |rows: usize| self.answers_ms.get(rows).copied().filter(|ms| *ms > 0.0);
        if let Some(ms) = seen(answers) {
            return ms;
        }
        // Rows come in fours, so the next larger step seen tells most.
        let larger = (answers..self.answers_ms.len()).find_map(seen);
        larger.unwrap_or(self.prompt_row_ms * answers.next_multiple_of(4) as f64)
    }

    /// Milliseconds a step takes that continues so many answers and reads so
    /// many tokens of a prompt.
    pub fn step_ms(&self, answers: usize, prompt_rows: usize) -> f64 {
        let writing = if answers > 0 {
            self.writing_ms(answers)
        } else {
            0.0
        };
        writing + self.reading_ms(prompt_rows)
    }

    /// Rows of a prompt to read in the next step.
    ///
    /// Weights are repacked in blocks of four rows, and every row over a
    /// multiple of four costs nearly as much as four; so chunks that do not end
    /// a prompt fill the step up to such a multiple.
    pub fn prompt_rows(&self, answers: usize, left: usize) -> usize {
        let budget = match answers {
            0 => ALONE_MS,
            _ => BESIDE_ANSWERS_MS - self.writing_ms(answers),
        };
        let fit = (budget / self.prompt_row_ms).max(0.0) as usize;
        let most = MOST_ROWS.saturating_sub(answers);
        let rows = fit.clamp(LEAST_ROWS, most.max(LEAST_ROWS));
        let even = (answers + rows).next_multiple_of(4) - answers;
        left.min(even).min(most)
    }

    /// Learns from a step.
    pub fn learn(&mut self, answers: usize, prompt_rows: usize, ms: f64) {
        if prompt_rows == 0 {
            if self.answers_ms.len() <= answers {
                self.answers_ms.resize(answers + 1, 0.0);
            }
            let kept = &mut self.answers_ms[answers];
            *kept = if *kept > 0.0 { mix(*kept, ms) } else { ms };
        } else if prompt_rows >= LEAST_ROWS {
            let beside = self.step_ms(answers, 0);
            let row = ((ms - beside) / prompt_rows as f64).max(0.01);
            self.prompt_row_ms = mix(self.prompt_row_ms, row);
        }
    }
}

fn mix(old: f64, new: f64) -> f64 {
    // One step that was held up by something else must not count for much.
    old + NEWEST * (new.min(old * 4.0) - old)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_slow_box_reads_small_chunks_beside_answers() {
        let slow = Pace::new(64, 64.0 * 30.0);
        assert_eq!(slow.prompt_rows(0, 1000), 36);
        assert_eq!(slow.prompt_rows(8, 1000), 8);
        let fast = Pace::new(64, 64.0);
        assert_eq!(fast.prompt_rows(0, 1000), 256);
        assert_eq!(fast.prompt_rows(8, 1000), 248);
        assert_eq!(fast.prompt_rows(8, 5), 5);
        assert_eq!(fast.prompt_rows(0, 0), 0);
    }

    #[test]
    fn it_learns_what_steps_cost() {
        let mut pace = Pace::new(64, 64.0);
        for _ in 0..40 {
            pace.learn(0, 64, 64.0 * 12.0);
            pace.learn(8, 0, 180.0);
        }
        assert!((pace.reading_ms(100) - 1200.0).abs() < 30.0);
        assert_eq!(pace.writing_ms(8).round(), 180.0);
        // What was not seen is taken from the next larger.
        assert_eq!(pace.writing_ms(6).round(), 180.0);
        assert_eq!(pace.prompt_rows(8, 1000), 20);
        // A single hiccup changes little.
        pace.learn(8, 0, 60_000.0);
        assert!(pace.writing_ms(8) < 300.0);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn steps_fit_the_batch_and_waste_no_rows(
            row_ms in 0.1..200.0_f64,
            answers in 0..64_usize,
            left in 0..5000_usize,
        ) {
            let rows = Pace::new(1, row_ms).prompt_rows(answers, left);
            prop_assert!(rows <= left && answers + rows <= MOST_ROWS);
            prop_assert!(left == 0 || rows > 0, "a prompt always gets on");
            if rows < left && answers + rows < MOST_ROWS {
                prop_assert_eq!((answers + rows) % 4, 0);
            }
        }
    }
}
