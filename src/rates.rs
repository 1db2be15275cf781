//! How many requests one person may make in a minute, by kind.
//!
//! A guard against programs that run wild and pages that loop, not against crowds.
//! Counted by account, before signing in by browser, and never by network address,
//! which a whole class shares; who sends no browser's cookie is not counted. Each
//! has a bucket for every kind that holds a minute's requests and fills evenly.
//! Time is the monotonic clock's, so no jump of the wall clock empties a bucket.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, MonotonicClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::config::{RequestKind, RequestRates};
use crate::error::{Code, Error, Result};
use crate::types::UserId;

/// Buckets of one kind at once. When all are in use, who comes new is not counted:
/// nobody is locked out by others.
const MOST_BUCKETS: usize = 10_000;

/// Whose requests are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    /// A person who is signed in.
    Person(UserId),
    /// A browser, by what its cookie says.
    Browser(uuid::Uuid),
}

/// Where somebody stands after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The kind of the request.
    pub kind: RequestKind,
    /// Requests of the kind in a minute.
    pub per_minute: NonZeroU32,
    /// How many more may follow at once.
    pub left: u32,
    /// Seconds until the bucket is full again, or until the next request is
    /// taken when this one was not.
    pub reset_s: u64,
    /// Whether this request may go on.
    pub allowed: bool,
}

impl Standing {
    /// The refusal of a request that may not go on.
    pub fn refusal(&self) -> Error {
        let detail = format!("Too many requests; wait {} seconds.", self.reset_s);
        Error::new(Code::RateLimited, detail).retry_after(self.reset_s)
    }
}

/// The buckets of everybody.
pub struct Rates(HashMap<RequestKind, Buckets<MonotonicClock>>);

impl Rates {
    /// Full buckets of these sizes.
    pub fn new(rates: &RequestRates) -> Self {
        let limited = RequestKind::ALL.iter().filter_map(|&kind| {
            let buckets = Buckets::new(kind, rates.of(kind)?, MonotonicClock);
            Some((kind, buckets))
        });
        Self(limited.collect())
    }

    /// Takes one request; `None` where there is no limit or nobody to count.
    pub fn take(&self, kind: RequestKind, who: Option<Who>) -> Option<Standing> {
        self.0.get(&kind)?.take(who?)
    }

    /// Takes one request of a person.
    ///
    /// # Errors
    /// `rate_limited` with the time to wait.
    pub fn check(&self, kind: RequestKind, person: UserId) -> Result<()> {
        match self.take(kind, Some(Who::Person(person))) {
            Some(standing) if !standing.allowed => Err(standing.refusal()),
            _ => Ok(()),
        }
    }
}

type Limiter<C> = RateLimiter<Who, HashMapStateStore<Who>, C, StateInformationMiddleware>;

/// The buckets of one kind.
struct Buckets<C: Clock> {
    kind: RequestKind,
    per_minute: NonZeroU32,
    limiter: Limiter<C>,
    clock: C,
}

impl<C: Clock + Clone> Buckets<C> {
    fn new(kind: RequestKind, per_minute: NonZeroU32, clock: C) -> Self {
        let quota = Quota::per_minute(per_minute);
        Self {
            kind,
            per_minute,
            limiter: RateLimiter::new(quota, HashMapStateStore::default(), clock.clone()),
            clock,
        }
    }

    fn take(&self, who: Who) -> Option<Standing> {
        if self.limiter.len() >= MOST_BUCKETS {
            // Full buckets are as good as none.
            self.limiter.retain_recent();
            if self.limiter.len() >= MOST_BUCKETS {
                return None;
            }
        }
        let (left, wait, allowed) = match self.limiter.check_key(&who) {
            Ok(state) => {
                let left = state.remaining_burst_capacity();
                let taken = self.per_minute.get().saturating_sub(left);
                let interval = Duration::from_secs(60) / self.per_minute.get();
                (left, interval * taken, true)
            }
            Err(until) => (0, until.wait_time_from(self.clock.now()), false),
        };
        Some(Standing {
            kind: self.kind,
            per_minute: self.per_minute,
            left,
            reset_s: whole_seconds(wait),
            allowed,
        })
    }
}

/// Rounded up, and never now.
fn whole_seconds(wait: Duration) -> u64 {
    wait.as_millis().div_ceil(1000).clamp(1, 60) as u64
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn buckets(per_minute: u32) -> (Buckets<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        let per_minute = NonZeroU32::new(per_minute).unwrap();
        let buckets = Buckets::new(RequestKind::Read, per_minute, clock.clone());
        (buckets, clock)
    }

    #[test]
    fn a_minutes_requests_pass_at_once_and_then_the_rate_holds() {
        let (buckets, clock) = buckets(3);
        let who = Who::Person(UserId::new());
        let check = |expected: (u32, u64, bool)| {
            let standing = buckets.take(who).unwrap();
            let found = (standing.left, standing.reset_s, standing.allowed);
            assert_eq!(found, expected);
        };
        check((2, 20, true));
        check((1, 40, true));
        check((0, 60, true));
        check((0, 20, false));
        clock.advance(Duration::from_millis(19_500));
        check((0, 1, false));
        clock.advance(Duration::from_millis(500));
        check((0, 60, true));
        // However long the pause, a minute's worth is there and no more.
        clock.advance(Duration::from_secs(7200));
        check((2, 20, true));
        check((1, 40, true));
        check((0, 60, true));
        check((0, 20, false));
    }

    #[test]
    fn nobody_takes_from_anothers_bucket() {
        let (buckets, _) = buckets(1);
        let one = Who::Person(UserId::new());
        let other = Who::Browser(uuid::Uuid::new_v4());
        assert!(buckets.take(one).unwrap().allowed);
        assert!(!buckets.take(one).unwrap().allowed);
        assert!(buckets.take(other).unwrap().allowed);
    }

    #[test]
    fn memory_is_bounded_and_full_buckets_make_room() {
        let (buckets, clock) = buckets(60);
        let stranger = || Who::Browser(uuid::Uuid::new_v4());
        for _ in 0..MOST_BUCKETS {
            assert!(buckets.take(stranger()).is_some());
        }
        assert_eq!(buckets.take(stranger()), None);
        assert_eq!(buckets.limiter.len(), MOST_BUCKETS);
        clock.advance(Duration::from_secs(10));
        assert!(buckets.take(stranger()).is_some());
        assert_eq!(buckets.limiter.len(), 1);
    }

    #[test]
    fn without_a_limit_nothing_is_counted() {
        let rates = RequestRates::default();
        let rates = Rates::new(&rates);
        assert_eq!(rates.take(RequestKind::Read, None), None);
        let person = UserId::new();
        rates.check(RequestKind::Ask, person).unwrap();
        let standing = rates.take(RequestKind::Ask, Some(Who::Person(person)));
        assert_eq!(standing.unwrap().left, 2998);
    }
}
