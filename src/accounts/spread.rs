//! How many accounts a device tries. Pure: names, counters and a given time.
//!
//! Slowing each account down does not stop somebody who tries one password on all
//! of them. So a device that failed on ten accounts waits with the next until one
//! of these is a minute old. Whoever gets in takes the own mistakes back, so a class
//! signs in on one phone, one after the other. By device and never by network
//! address, because a whole class shares one; whoever throws the device's cookie
//! away is a new device and meets the pace of each account alone.

use std::collections::HashMap;

use super::throttle::{Hold, Verdict};
use super::tokens::Device;
use crate::types::{OrgId, Timestamp};

/// Accounts a device may fail on within [`WITHIN_MS`].
const MOST_ACCOUNTS: usize = 10;
const WITHIN_MS: i64 = 60 * 1000;

/// More devices than this, and all are forgotten that are not trying just now. Who
/// fills it could as well throw the own cookie away.
const MOST_DEVICES: usize = 10_000;

/// An account as typed, whether it exists or not; a code as typed is of no school.
pub(super) type Account = (Option<OrgId>, String);

/// What devices tried.
#[derive(Default)]
pub(super) struct Spread(HashMap<Device, Vec<Tried>>);

struct Tried {
    account: Account,
    failed_at: Option<Timestamp>,
    /// Begun and not ended.
    pending: usize,
}

impl Tried {
    fn counts(&self, now: Timestamp) -> bool {
        let recently = |at: Timestamp| now < at.plus_ms(WITHIN_MS);
        self.pending > 0 || self.failed_at.is_some_and(recently)
    }
}

impl Spread {
    /// Begins a try. What is under way may fail, and counts until it has not.
    pub(super) fn begin(
        &mut self,
        device: Device,
        account: &Account,
        now: Timestamp,
    ) -> Result<(), Hold> {
        if !self.0.contains_key(&device) && self.0.len() >= MOST_DEVICES {
            self.make_room(now);
        }
        let tried = self.0.entry(device).or_default();
        tried.retain(|tried| tried.counts(now));
        if let Some(again) = tried.iter_mut().find(|tried| tried.account == *account) {
            again.pending += 1;
            return Ok(());
        }
        if tried.len() >= MOST_ACCOUNTS {
            if tried.iter().any(|tried| tried.pending > 0) {
                return Err(Hold::Busy);
            }
            let first = tried.iter().filter_map(|tried| tried.failed_at).min();
            let free_at = first.unwrap_or(now).plus_ms(WITHIN_MS);
            let ms = free_at.0.saturating_sub(now.0).unsigned_abs();
            return Err(Hold::Wait(ms.div_ceil(1000)));
        }
        tried.push(Tried {
            account: account.clone(),
            failed_at: None,
            pending: 1,
        });
        Ok(())
    }

    /// Ends a try that had begun.
    pub(super) fn end(
        &mut self,
        device: Device,
        account: &Account,
        verdict: Verdict,
        now: Timestamp,
    ) {
        let Some(all) = self.0.get_mut(&device) else {
            return;
        };
        if let Some(tried) = all.iter_mut().find(|tried| tried.account == *account) {
            tried.pending = tried.pending.saturating_sub(1);
            match verdict {
                Verdict::Right => tried.failed_at = None,
                Verdict::Wrong => tried.failed_at = Some(now),
                Verdict::Void => {}
            }
        }
        all.retain(|tried| tried.counts(now));
        if all.is_empty() {
            self.0.remove(&device);
        }
    }

    fn make_room(&mut self, now: Timestamp) {
        self.0
            .retain(|_, tried| tried.iter().any(|tried| tried.counts(now)));
        if self.0.len() >= MOST_DEVICES {
            let is_pending = |tried: &Tried| tried.pending > 0;
            self.0.retain(|_, tried| tried.iter().any(is_pending));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_790_000_000_000);

    struct Phone {
        spread: Spread,
        org: OrgId,
        device: Device,
    }

    impl Phone {
        fn new() -> Self {
            Self {
                spread: Spread::default(),
                org: OrgId::new(),
                device: Device::new(),
            }
        }

        fn begin(&mut self, name: usize, now: Timestamp) -> Result<(), Hold> {
            let account = (Some(self.org), name.to_string());
            self.spread.begin(self.device, &account, now)
        }

        fn end(&mut self, name: usize, verdict: Verdict, now: Timestamp) {
            let account = (Some(self.org), name.to_string());
            self.spread.end(self.device, &account, verdict, now);
        }

        fn attempt(&mut self, name: usize, verdict: Verdict, now: Timestamp) -> Result<(), Hold> {
            self.begin(name, now)?;
            self.end(name, verdict, now);
            Ok(())
        }
    }

    #[test]
    fn the_eleventh_account_within_a_minute_waits() {
        let mut phone = Phone::new();
        for name in 0..10 {
            let now = NOW.plus_ms(i64::try_from(name).unwrap() * 1000);
            assert_eq!(phone.attempt(name, Verdict::Wrong, now), Ok(()));
        }
        let now = NOW.plus_ms(10_000);
        assert_eq!(phone.begin(10, now), Err(Hold::Wait(50)));
        assert_eq!(
            phone.attempt(3, Verdict::Wrong, now),
            Ok(()),
            "an account of the ten is not another one"
        );
        let later = NOW.plus_ms(60_000);
        assert_eq!(phone.attempt(10, Verdict::Wrong, later), Ok(()));
        assert_eq!(phone.begin(11, later), Err(Hold::Wait(1)));
        phone.device = Device::new();
        assert_eq!(phone.begin(11, later), Ok(()), "another device");
    }

    #[test]
    fn a_class_that_mistypes_signs_in_on_one_phone() {
        let mut phone = Phone::new();
        for name in 0..60 {
            assert_eq!(phone.attempt(name, Verdict::Wrong, NOW), Ok(()));
            assert_eq!(phone.attempt(name, Verdict::Right, NOW), Ok(()));
            assert_eq!(phone.attempt(name, Verdict::Void, NOW), Ok(()));
        }
        assert!(phone.spread.0.is_empty());
    }

    #[test]
    fn a_burst_gets_no_further_than_one_after_the_other() {
        let mut phone = Phone::new();
        for name in 0..10 {
            phone.begin(name, NOW).unwrap();
        }
        assert_eq!(phone.begin(10, NOW), Err(Hold::Busy));
        phone.end(0, Verdict::Right, NOW);
        assert_eq!(phone.begin(10, NOW), Ok(()));
        for name in 1..11 {
            phone.end(name, Verdict::Wrong, NOW);
        }
        assert_eq!(phone.begin(11, NOW), Err(Hold::Wait(60)));
    }

    #[test]
    fn memory_is_bounded() {
        let mut phone = Phone::new();
        for _ in 0..MOST_DEVICES {
            phone.device = Device::new();
            phone.attempt(0, Verdict::Wrong, NOW).unwrap();
        }
        phone.device = Device::new();
        phone.begin(0, NOW).unwrap();
        assert!(phone.spread.0.len() <= MOST_DEVICES);
    }
}
