//! What one step of the engine computes.
//!
//! Every answer in progress gets its next token in every step, and at most one
//! prompt advances by a bounded chunk beside them: so a long prompt slows the
//! others down but never stops them, and a cancel waits for one short step.

/// Rows of one step at most; also the context's batch size.
pub const MAX_ROWS: usize = 128;

/// Prompt rows of a step while answers are being written.
const ROWS_BESIDE_ANSWERS: usize = 32;

/// How many prompt tokens the step reads, given the answers in progress and
/// the tokens its prompt has left.
///
/// Weights are repacked in blocks of four rows, and every row over a multiple
/// of four costs nearly as much as four; so chunks that do not end a prompt
/// fill the step up to such a multiple.
pub fn prompt_rows(answers: usize, prompt_left: usize) -> usize {
    let limit = if answers == 0 {
        MAX_ROWS
    } else {
        (answers + ROWS_BESIDE_ANSWERS)
            .next_multiple_of(4)
            .min(MAX_ROWS)
            - answers
    };
    prompt_left.min(limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(answers: usize, prompt_left: usize, expect: usize) {
        assert_eq!(prompt_rows(answers, prompt_left), expect);
    }

    #[test]
    fn chunks_are_bounded() {
        check(0, 1000, 128);
        check(0, 5, 5);
        check(0, 0, 0);
        check(1, 1000, 35);
        check(4, 1000, 32);
        check(4, 7, 7);
    }

    #[test]
    fn steps_with_a_full_chunk_have_a_multiple_of_four_rows() {
        for answers in 0..64 {
            let rows = answers + prompt_rows(answers, usize::MAX);
            assert_eq!(rows % 4, 0);
            assert!(rows <= MAX_ROWS);
        }
    }
}
