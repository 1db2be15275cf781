//! Which texts go through the encoder together.
//!
//! Sorted by length and packed row by row, a batch wastes nothing on padding.
//! Its size is a compromise: large enough to keep the matrix kernels busy,
//! small enough that a question waits little behind a lesson.

/// Tokens of one batch, about.
pub const BATCH_TOKENS: usize = 1024;

/// Groups texts of the given lengths (in tokens); each group lists indices.
pub fn batches(lengths: &[usize]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..lengths.len()).collect();
    order.sort_by_key(|&index| lengths[index]);
    let mut batches: Vec<Vec<usize>> = Vec::new();
    let mut tokens = 0;
    for index in order {
        match batches.last_mut() {
            Some(batch) if tokens + lengths[index] <= BATCH_TOKENS => batch.push(index),
            _ => {
                batches.push(vec![index]);
                tokens = 0;
            }
        }
        tokens += lengths[index];
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(lengths: &[usize], expect: &[&[usize]]) {
        assert_eq!(batches(lengths), expect);
    }

    #[test]
    fn packs_by_length() {
        check(&[], &[]);
        check(&[30, 10, 20], &[&[1, 2, 0]]);
        check(&[900, 100, 200], &[&[1, 2], &[0]]);
        check(&[2000, 5], &[&[1], &[0]]);
        check(&[512, 512, 512], &[&[0, 1], &[2]]);
    }
}
