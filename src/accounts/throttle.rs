//! How long a guesser waits. Pure: keys, counters and a given time.
//!
//! Tries are counted per account and per door: a device that account has used
//! before is a door of its own, so strangers can slow each other down but
//! never the owner. Never by network address: a whole class shares one.

use std::collections::HashMap;
use std::hash::Hash;

use crate::types::Timestamp;

/// How many tries are free, and the waiting times after those, in seconds;
/// the last one repeats.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    pub(super) free: usize,
    pub(super) waits_s: &'static [i64],
}

/// For passwords.
pub(super) const PASSWORDS: Pace = Pace {
    free: 3,
    waits_s: &[5, 15, 60, 300],
};

/// For the set-up code: a short wait, because everyone in the room shares it,
/// and enough for 40 random bits.
pub(super) const SETUP_CODE: Pace = Pace {
    free: 10,
    waits_s: &[5],
};

impl Pace {
    /// The wait after `failed` tries.
    fn wait_ms(self, failed: usize) -> i64 {
        let Some(over) = failed.checked_sub(self.free) else {
            return 0;
        };
        let wait = self.waits_s.get(over).or(self.waits_s.last());
        wait.map_or(0, |s| s * 1000)
    }
}

/// Counters are forgotten after a day without a try.
const FORGET_AFTER_MS: i64 = 24 * 3600 * 1000;

/// More keys than this, and the ones tried longest ago are dropped. Filling it
/// takes a password hash each: minutes, longer than the longest wait.
const MOST_KEYS: usize = 10_000;

/// The counters.
pub(super) struct Throttle<K> {
    pace: Pace,
    tries: HashMap<K, Tries>,
}

#[derive(Debug, Clone, Copy)]
struct Tries {
    failed: usize,
    /// Begun and not ended.
    pending: usize,
    last: Timestamp,
}

/// Why a try may not begin.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Hold {
    /// Too many failed; wait so many seconds.
    Wait(u64),
    /// Others are under way, and might all be wrong; ask again in a moment.
    Busy,
}

/// How a try ended.
#[derive(Debug, Clone, Copy)]
pub(super) enum Verdict {
    /// Right: all is forgiven.
    Right,
    /// Wrong.
    Wrong,
    /// It never took place, because the box was busy.
    Void,
}

impl<K: Hash + Eq> Throttle<K> {
    pub(super) fn new(pace: Pace) -> Self {
        Self {
            pace,
            tries: HashMap::new(),
        }
    }

    /// Begins a try. So many at a time as could fail without a wait, so that a
    /// class sharing one account gets in and a burst of guesses does not.
    pub(super) fn begin(&mut self, key: K, now: Timestamp) -> Result<(), Hold> {
        if !self.tries.contains_key(&key) && self.tries.len() >= MOST_KEYS {
            self.make_room(now);
        }
        let tries = self.tries.entry(key).or_insert(Tries {
            failed: 0,
            pending: 0,
            last: now,
        });
        if now.0.saturating_sub(tries.last.0) > FORGET_AFTER_MS {
            tries.failed = 0;
        }
        if tries.failed + tries.pending >= self.pace.free {
            if tries.pending > 0 {
                return Err(Hold::Busy);
            }
            let free_at = tries.last.plus_ms(self.pace.wait_ms(tries.failed));
            if now < free_at {
                let ms = (free_at.0 - now.0).unsigned_abs();
                return Err(Hold::Wait(ms.div_ceil(1000)));
            }
        }
        tries.pending += 1;
        Ok(())
    }

    /// Ends a try that had begun.
    pub(super) fn end(&mut self, key: &K, verdict: Verdict, now: Timestamp) {
        let Some(tries) = self.tries.get_mut(key) else {
            return;
        };
        tries.pending = tries.pending.saturating_sub(1);
        match verdict {
            Verdict::Right => tries.failed = 0,
            Verdict::Wrong => {
                tries.failed += 1;
                tries.last = now;
            }
            Verdict::Void => {}
        }
        if tries.failed == 0 && tries.pending == 0 {
            self.tries.remove(key);
        }
    }

    /// Forgets what failed, such as after a new password.
    pub(super) fn forgive(&mut self, key: &K) {
        if let Some(tries) = self.tries.get_mut(key) {
            tries.failed = 0;
        }
    }

    fn make_room(&mut self, now: Timestamp) {
        let is_fresh = |tries: &Tries| now.0.saturating_sub(tries.last.0) <= FORGET_AFTER_MS;
        self.tries.retain(|_, tries| is_fresh(tries));
        if self.tries.len() < MOST_KEYS {
            return;
        }
        let mut ages: Vec<Timestamp> = self.tries.values().map(|t| t.last).collect();
        let middle = ages.len() / 2;
        let median = *ages.select_nth_unstable(middle).1;
        self.tries.retain(|_, tries| tries.last > median);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1000;

    impl<K: Hash + Eq + Clone> Throttle<K> {
        fn fail(&mut self, key: &K, now: Timestamp) -> Result<(), Hold> {
            self.begin(key.clone(), now)?;
            self.end(key, Verdict::Wrong, now);
            Ok(())
        }
    }

    #[test]
    fn three_tries_are_free_then_it_slows_down() {
        let mut throttle = Throttle::new(PASSWORDS);
        let mut now = Timestamp(1_000_000);
        for wait in [0_i64, 0, 0, 5, 15, 60, 300, 300] {
            if wait > 0 {
                let expected = Err(Hold::Wait(wait.unsigned_abs()));
                assert_eq!(throttle.fail(&"a", now), expected);
                assert!(throttle.fail(&"a", now.plus_ms(wait * SECOND - 1)).is_err());
                now = now.plus_ms(wait * SECOND);
            }
            assert_eq!(throttle.fail(&"a", now), Ok(()), "after {wait} s");
        }
        assert_eq!(
            throttle.fail(&"b", now),
            Ok(()),
            "another key is not slowed"
        );
    }

    #[test]
    fn success_and_a_day_forgive() {
        let mut throttle = Throttle::new(PASSWORDS);
        let now = Timestamp(0);
        let fail_thrice = |throttle: &mut Throttle<&str>, now| {
            for _ in 0..3 {
                throttle.fail(&"a", now).unwrap();
            }
            assert!(throttle.begin("a", now).is_err());
        };
        fail_thrice(&mut throttle, now);
        let later = now.plus_ms(5 * SECOND);
        throttle.begin("a", later).unwrap();
        throttle.end(&"a", Verdict::Right, later);
        assert!(throttle.tries.is_empty());
        fail_thrice(&mut throttle, later);
        fail_thrice(&mut throttle, later.plus_ms(FORGET_AFTER_MS + 1));
        throttle.forgive(&"a");
        fail_thrice(&mut throttle, later.plus_ms(FORGET_AFTER_MS + 1));
    }

    #[test]
    fn a_burst_of_guesses_gets_no_more_than_the_free_tries() {
        let mut throttle = Throttle::new(PASSWORDS);
        let now = Timestamp(0);
        for _ in 0..3 {
            throttle.begin("a", now).unwrap();
        }
        assert_eq!(throttle.begin("a", now), Err(Hold::Busy));
        for _ in 0..3 {
            throttle.end(&"a", Verdict::Wrong, now);
        }
        assert_eq!(throttle.begin("a", now), Err(Hold::Wait(5)));
        let later = now.plus_ms(5 * SECOND);
        throttle.begin("a", later).unwrap();
        assert_eq!(
            throttle.begin("a", later),
            Err(Hold::Busy),
            "one at a time from now on"
        );
    }

    #[test]
    fn a_class_on_one_account_gets_in() {
        let mut throttle = Throttle::new(PASSWORDS);
        let now = Timestamp(0);
        for _ in 0..3 {
            throttle.begin("a", now).unwrap();
        }
        for _ in 0..40 {
            assert_eq!(throttle.begin("a", now), Err(Hold::Busy));
            throttle.end(&"a", Verdict::Right, now);
            throttle.begin("a", now).unwrap();
        }
    }

    #[test]
    fn a_try_that_never_was_does_not_count() {
        let mut throttle = Throttle::new(PASSWORDS);
        for _ in 0..20 {
            throttle.begin("a", Timestamp(0)).unwrap();
            throttle.end(&"a", Verdict::Void, Timestamp(0));
        }
    }

    #[test]
    fn memory_is_bounded_and_recent_guessers_are_remembered() {
        let mut throttle = Throttle::new(PASSWORDS);
        for n in 0..MOST_KEYS {
            let now = Timestamp(i64::try_from(n).unwrap());
            throttle.fail(&n, now).unwrap();
        }
        let now = Timestamp(i64::try_from(MOST_KEYS).unwrap());
        for _ in 0..2 {
            throttle.fail(&(MOST_KEYS - 1), now).unwrap();
        }
        throttle.fail(&MOST_KEYS, now).unwrap();
        assert!(throttle.tries.len() <= MOST_KEYS);
        assert!(throttle.begin(MOST_KEYS - 1, now).is_err());
    }
}
