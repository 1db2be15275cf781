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
    last: Timestamp,
}

impl<K: Hash + Eq + Clone> Throttle<K> {
    pub(super) fn new(pace: Pace) -> Self {
        Self {
            pace,
            tries: HashMap::new(),
        }
    }

    /// Begins a try, or says how many seconds to wait. The try counts as
    /// failed until it is said to have succeeded, so that many at once do not
    /// slip through together.
    pub(super) fn begin(&mut self, key: K, now: Timestamp) -> Result<(), u64> {
        if let Some(tries) = self.tries.get(&key) {
            let free_at = tries.last.plus_ms(self.wait_ms(tries.failed));
            if now < free_at {
                let ms = (free_at.0 - now.0).unsigned_abs();
                return Err(ms.div_ceil(1000));
            }
        } else if self.tries.len() >= MOST_KEYS {
            self.make_room(now);
        }
        let tries = self.tries.entry(key).or_insert(Tries {
            failed: 0,
            last: now,
        });
        if now.0.saturating_sub(tries.last.0) > FORGET_AFTER_MS {
            tries.failed = 0;
        }
        tries.failed += 1;
        tries.last = now;
        Ok(())
    }

    /// The try succeeded: all is forgiven.
    pub(super) fn succeeded(&mut self, key: &K) {
        self.tries.remove(key);
    }

    /// The try never took place, because the box was busy.
    pub(super) fn undo(&mut self, key: &K) {
        if let Some(tries) = self.tries.get_mut(key) {
            tries.failed = tries.failed.saturating_sub(1);
        }
    }

    fn wait_ms(&self, failed: usize) -> i64 {
        let Some(over) = failed.checked_sub(self.pace.free) else {
            return 0;
        };
        let waits = self.pace.waits_s;
        waits.get(over).or(waits.last()).map_or(0, |s| s * 1000)
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

    #[test]
    fn three_tries_are_free_then_it_slows_down() {
        let mut throttle = Throttle::new(PASSWORDS);
        let mut now = Timestamp(1_000_000);
        for wait in [0, 0, 0, 5, 15, 60, 300, 300] {
            if wait > 0 {
                assert_eq!(throttle.begin("a", now), Err(wait.unsigned_abs()));
                assert!(throttle.begin("a", now.plus_ms(wait * SECOND - 1)).is_err());
                now = now.plus_ms(wait * SECOND);
            }
            assert_eq!(throttle.begin("a", now), Ok(()), "after {wait} s");
        }
        assert_eq!(throttle.begin("b", now), Ok(()), "another key is not slowed");
    }

    #[test]
    fn success_and_a_day_forgive() {
        let mut throttle = Throttle::new(PASSWORDS);
        let now = Timestamp(0);
        for _ in 0..3 {
            throttle.begin("a", now).unwrap();
        }
        assert!(throttle.begin("a", now).is_err());
        throttle.succeeded(&"a");
        for _ in 0..3 {
            throttle.begin("a", now).unwrap();
        }
        let later = now.plus_ms(FORGET_AFTER_MS + 1);
        for _ in 0..3 {
            throttle.begin("a", later).unwrap();
        }
        assert!(throttle.begin("a", later).is_err());
    }

    #[test]
    fn a_try_that_never_was_does_not_count() {
        let mut throttle = Throttle::new(PASSWORDS);
        for _ in 0..20 {
            throttle.begin("a", Timestamp(0)).unwrap();
            throttle.undo(&"a");
        }
    }

    #[test]
    fn memory_is_bounded_and_recent_guessers_are_remembered() {
        let mut throttle = Throttle::new(PASSWORDS);
        for n in 0..MOST_KEYS {
            let now = Timestamp(i64::try_from(n).unwrap());
            throttle.begin(n, now).unwrap();
        }
        let now = Timestamp(i64::try_from(MOST_KEYS).unwrap());
        for _ in 0..3 {
            throttle.begin(MOST_KEYS - 1, now).ok();
        }
        throttle.begin(MOST_KEYS, now).unwrap();
        assert!(throttle.tries.len() <= MOST_KEYS);
        assert!(throttle.begin(MOST_KEYS - 1, now).is_err());
    }
}
