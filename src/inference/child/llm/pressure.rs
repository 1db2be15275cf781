//! How long an answer may be while others wait. Pure.
//!
//! Long answers are pleasant for one and unkind to thirty: the longer each is,
//! the later the last begins. So an answer gets less room the more wait when it
//! begins, down to what its request allows.

/// From so many waiting on, answers are as short as they get.
const FULL: u64 = 30;

/// Tokens an answer may have that begins while so many wait: `most` when nobody
/// does, `least` when a class does, in between in proportion.
pub fn most_tokens(least: u32, most: u32, waiting: usize) -> u32 {
    let least = least.min(most);
    let waiting = u64::try_from(waiting).unwrap_or(FULL).min(FULL);
    let less = u64::from(most - least) * waiting / FULL;
    most - u32::try_from(less).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn answers_shorten_as_the_queue_fills() {
        let lengths = [0, 1, 10, 20, 30, 500].map(|waiting| most_tokens(96, 220, waiting));
        assert_eq!(lengths, [220, 216, 179, 138, 96, 96]);
    }

    #[test]
    fn what_somebody_asked_for_is_never_shortened() {
        assert_eq!(most_tokens(500, 500, 40), 500);
        assert_eq!(most_tokens(96, 50, 40), 50);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn between_least_and_most_and_never_longer_for_more(
            least in any::<u32>(), most in any::<u32>(), waiting in 0..100_usize,
        ) {
            let now = most_tokens(least, most, waiting);
            prop_assert!(now <= most && now >= least.min(most));
            prop_assert!(most_tokens(least, most, waiting + 1) <= now);
        }
    }
}
