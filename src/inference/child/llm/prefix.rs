//! Which state in memory a new prompt can start from.

/// How many tokens two sequences share from their beginnings.
pub fn common_length<T: PartialEq>(a: &[T], b: &[T]) -> usize {
    a.iter().zip(b).take_while(|(x, y)| x == y).count()
}

/// The sequence that shares most with `prompt`, and how many of its tokens need
/// no computing. That is never the whole prompt: the first token of the answer
/// comes out of computing the prompt's last one.
pub fn best_prefix<'a, T: PartialEq + 'a>(
    prompt: &[T],
    kept: impl Iterator<Item = &'a [T]>,
) -> Option<(usize, usize)> {
    let longest = prompt.len().saturating_sub(1);
    kept.enumerate()
        .map(|(index, tokens)| (index, common_length(prompt, tokens).min(longest)))
        .filter(|&(_, length)| length > 0)
        .max_by_key(|&(index, length)| (length, std::cmp::Reverse(index)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(prompt: &[u8], kept: &[&[u8]], expect: Option<(usize, usize)>) {
        assert_eq!(best_prefix(prompt, kept.iter().copied()), expect);
    }

    #[test]
    fn longest_shared_beginning_wins() {
        check(b"lesson A?", &[b"", b"les", b"lesson B?"], Some((2, 7)));
        check(b"lesson", &[b"other"], None);
        check(b"ab", &[], None);
    }

    #[test]
    fn one_token_is_always_left_to_compute() {
        check(b"same", &[b"same"], Some((0, 3)));
        check(b"s", &[b"s"], None);
        check(b"", &[b"s"], None);
    }
}
