//! How often a key may ask. Pure: counters and a given time.
//!
//! Each key has a bucket that holds a minute's requests and fills evenly, so a
//! short burst passes and a steady stream is held to the rate. The buckets are
//! in memory: a restart fills them all.

use std::collections::HashMap;

use crate::types::{KeyId, Timestamp};

const MINUTE_MS: i64 = 60_000;

/// The buckets of all keys.
#[derive(Debug, Default)]
pub struct Rates(HashMap<KeyId, Bucket>);

#[derive(Debug)]
struct Bucket {
    /// What is left, where one request is [`MINUTE_MS`].
    left: i64,
    at: Timestamp,
}

impl Rates {
    /// Takes one request from the bucket of a key with `rate` requests a
    /// minute, or says how many seconds to wait.
    pub fn take(&mut self, key: KeyId, rate: u32, now: Timestamp) -> Result<(), u64> {
        let rate = i64::from(rate.max(1));
        let full = rate * MINUTE_MS;
        let bucket = self.0.entry(key).or_insert(Bucket {
            left: full,
            at: now,
        });
        let passed = now.0.saturating_sub(bucket.at.0).clamp(0, MINUTE_MS);
        bucket.left = (bucket.left + passed * rate).min(full);
        bucket.at = now;
        if bucket.left < MINUTE_MS {
            let ms = (MINUTE_MS - bucket.left)
                .unsigned_abs()
                .div_ceil(rate.unsigned_abs());
            return Err(ms.div_ceil(1000));
        }
        bucket.left -= MINUTE_MS;
        Ok(())
    }

    /// Forgets a key that is gone.
    pub fn forget(&mut self, key: KeyId) {
        self.0.remove(&key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_then_the_rate_holds() {
        let (mut rates, key) = (Rates::default(), KeyId::new());
        let mut at = |ms| rates.take(key, 3, Timestamp(ms));
        assert_eq!([at(0), at(0), at(0)], [Ok(()); 3]);
        assert_eq!(at(0), Err(20));
        assert_eq!(at(19_500), Err(1));
        assert_eq!(at(20_000), Ok(()));
        assert_eq!(at(20_000), Err(20));
        // However long the pause, a minute's worth is there and no more.
        let later: Vec<_> = (0..4).map(|_| at(10_000_000)).collect();
        assert_eq!(later, [Ok(()), Ok(()), Ok(()), Err(20)]);
    }

    #[test]
    fn keys_do_not_share_a_bucket() {
        let mut rates = Rates::default();
        let (a, b) = (KeyId::new(), KeyId::new());
        assert_eq!(rates.take(a, 1, Timestamp(0)), Ok(()));
        assert!(rates.take(a, 1, Timestamp(0)).is_err());
        assert_eq!(rates.take(b, 1, Timestamp(0)), Ok(()));
        rates.forget(a);
        assert_eq!(rates.take(a, 1, Timestamp(0)), Ok(()));
    }
}
