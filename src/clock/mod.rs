//! Trusted time: what every expiry, pause and order goes by.
//!
//! A box without a battery for its clock wakes up in 1970, or at the moment it was
//! switched off, and others are set by hand, wrongly. So the wall clock is a
//! witness and not the judge. Trusted time
//!
//! - is never before the release, the stored mark and the newest row with a time;
//! - never goes backwards, also over restarts: where the wall clock is behind, it
//!   goes on from there with the monotonic clock, so whatever the wall clock does,
//!   sessions age at least as fast as the box runs;
//! - follows a wall clock that is ahead, by at most [`LEAP_MS`] at once. A box may
//!   have been off for the longest holidays, and can not know. What is further
//!   ahead is held back until a time server or an administrator stands by it,
//!   because it could not be taken back: a box that once believed in 2036 would
//!   live there until 2036 had come, and every date in it would be wrong.
//!
//! Time that passed is told apart from the time it is. [`Lived`] goes on with the
//! machine, and of every leap of the date by [`AWAY_MS`] at most, so that a clock that
//! is set ahead by two months empties no trash: what can not be undone goes by it. A
//! box that was off for the holidays keeps things longer, which harms nobody. A
//! confirmed clock does not change that: it says what time it is, and not how wrong
//! the box was when it wrote something down.
//!
//! While the machine stays on, the monotonic clock goes on between two runs of this
//! program too. Once it was off ([`TrustedClock::woke_up`]) nobody knows for how long.
//!
//! A wrong leap that is short enough ends sessions early and leaves the box ahead
//! by so much. That heals: a box that is ahead does not count the hours for which
//! it is switched off, until the real time has caught up. A leap that is held back
//! lets sessions live longer by the time the box was off, until it is confirmed.
//!
//! Right to the day is enough for all that, and no code of a phone: those are judged
//! only while somebody stands by the time to half a minute ([`TrustedClock::is_known`]).
//!
//! Nobody can move the time back, and nobody can move it by more than
//! [`FARTHEST_MS`] at once.

mod store;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use store::{keep, memory};

use crate::error::{Error, Result};
use crate::types::{Clock, Lived, RawClock, Timestamp};

const DAY_MS: i64 = 24 * 3600 * 1000;

/// The first of September 2026: no box with this release ran before. Set by hand
/// with every release and not by the build, because boxes are built on boxes, whose
/// clocks may be ahead.
const RELEASE: Timestamp = Timestamp(1_788_220_800_000);

/// How far the wall clock may be ahead of what is known and be believed without
/// further ado: a little more than the longest holidays.
const LEAP_MS: i64 = 100 * DAY_MS;

/// The same for what a time server or an administrator confirms, and for the
/// first start, when nothing is known yet.
const FARTHEST_MS: i64 = 5 * 365 * DAY_MS;

/// How much of a leap counts as lived: a long weekend, for which boxes are off. A
/// clock that is set ahead can not be told from it, and so destroys what is due within
/// three days and no more.
const AWAY_MS: i64 = 3 * DAY_MS;

/// How old the mark of a time server may be by the wall clock. Servers set a clock
/// again within the hour; a clock that somebody moved since is further from its mark.
const FRESH_MS: i64 = DAY_MS;

/// How near two clocks are that agree: as long as a code of a phone is shown.
const NEAR_MS: i64 = 30 * 1000;

/// How long an administrator's word holds. Clocks without a time server are off by some
/// seconds a day.
const WORD_HOLDS_MS: i64 = 7 * DAY_MS;

/// The time when the monotonic clock was read last. Pure.
#[derive(Debug, Clone, Copy)]
struct Known {
    time: Timestamp,
    lived: Lived,
    uptime_ms: i64,
}

impl Known {
    /// Goes on to `uptime_ms`, and to what a witness says if that is ahead by at
    /// most `leap_ms`; answers the time.
    fn follow(&mut self, uptime_ms: i64, says: Timestamp, leap_ms: i64) -> Timestamp {
        let passed = uptime_ms.saturating_sub(self.uptime_ms).max(0);
        self.time = self.time.plus_ms(passed);
        self.lived = self.lived.plus_ms(passed);
        self.uptime_ms = uptime_ms;
        if says > self.time && says <= self.time.plus_ms(leap_ms) {
            let leap = says.0.saturating_sub(self.time.0);
            self.lived = self.lived.plus_ms(leap.min(AWAY_MS));
            self.time = says;
        }
        self.time
    }
}

/// Whether a time server that set the wall clock to `at` stands by it now. Pure.
fn stands_by(at: Timestamp, wall: Timestamp) -> bool {
    at <= wall && wall.0.saturating_sub(at.0) < FRESH_MS
}

/// What an administrator stood by, and when. Pure.
#[derive(Debug, Clone, Copy)]
struct Word {
    time: Timestamp,
    uptime_ms: i64,
}

impl Word {
    /// Whether `now` is what has become of it. It is not after the wall clock leapt.
    fn holds(self, uptime_ms: i64, now: Timestamp) -> bool {
        let passed = uptime_ms.saturating_sub(self.uptime_ms);
        passed < WORD_HOLDS_MS && is_near(self.time.plus_ms(passed), now)
    }
}

fn is_near(one: Timestamp, other: Timestamp) -> bool {
    one.0.abs_diff(other.0) <= NEAR_MS.unsigned_abs()
}

/// What a data folder knows of the time.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    /// The latest time that was stored on purpose.
    pub mark: Option<Mark>,
    /// The newest row that carries a time.
    pub newest_row: Option<Timestamp>,
}

/// The time as it is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mark {
    /// What time it was.
    pub now: Timestamp,
    /// How long the box had been there.
    pub lived: Lived,
    /// Which start of the machine it was.
    pub boot: Option<String>,
    /// How long the machine had been on.
    pub uptime_ms: i64,
}

/// How trusted time and the wall clock stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// The time the box goes by.
    pub now: Timestamp,
    /// What the wall clock says.
    pub wall: Timestamp,
    /// The wall clock is so far ahead that somebody must confirm it.
    pub held_back: bool,
    /// Somebody stands by the time, to half a minute.
    pub is_known: bool,
}

/// The clock of a running box.
pub struct TrustedClock {
    raw: Arc<dyn RawClock>,
    known: Mutex<Option<Known>>,
    woke_up: AtomicBool,
    word: Mutex<Option<Word>>,
}

impl TrustedClock {
    /// Trusts the wall clock for want of anything else, until [`Self::recall`].
    pub fn new(raw: Arc<dyn RawClock>) -> Self {
        Self {
            raw,
            known: Mutex::new(None),
            woke_up: AtomicBool::new(true),
            word: Mutex::new(None),
        }
    }

    /// From now on the time goes on from what a data folder knows.
    pub fn recall(&self, memory: Memory) {
        let uptime_ms = self.raw.uptime_ms();
        // Rows are minutes newer than the mark; those of a release that kept none
        // may be from anywhere.
        let mut leap_ms = match memory.mark {
            Some(_) => LEAP_MS,
            None => FARTHEST_MS,
        };
        let mark = memory.mark.unwrap_or_default();
        let same_boot = mark.boot.is_some() && mark.boot == self.raw.boot();
        self.woke_up.store(!same_boot, Ordering::Relaxed);
        let mut known = Known {
            time: mark.now.max(RELEASE),
            lived: mark.lived,
            uptime_ms: match same_boot {
                true => mark.uptime_ms,
                false => uptime_ms,
            },
        };
        // What passed while the machine stayed on is known; the rest is one leap,
        // whatever witnesses it.
        let kept = known.time;
        let time = known.follow(uptime_ms, kept, 0);
        let lived = known.lived;
        if let Some(row) = memory.newest_row {
            known.follow(uptime_ms, row, leap_ms);
            leap_ms = LEAP_MS;
        }
        known.follow(uptime_ms, self.raw.wall(), leap_ms);
        let leap = known.time.0.saturating_sub(time.0);
        known.lived = lived.plus_ms(leap.min(AWAY_MS));
        *self.known() = Some(known);
        let View {
            now,
            wall,
            held_back,
            ..
        } = self.view();
        if held_back {
            tracing::warn!(now_ms = now.0, wall_ms = wall.0, "clock.held_back");
        }
    }

    /// Whether the machine was off since the time was stored last, or may have been:
    /// then it is not known how much time passed.
    pub fn woke_up(&self) -> bool {
        self.woke_up.load(Ordering::Relaxed)
    }

    /// The time to be stored.
    pub fn mark(&self) -> Mark {
        let now = self.now();
        let known = *self.known();
        Mark {
            now,
            lived: known.map_or(Lived::default(), |known| known.lived),
            boot: self.raw.boot(),
            uptime_ms: known.map_or_else(|| self.raw.uptime_ms(), |known| known.uptime_ms),
        }
    }

    /// How trusted time and the wall clock stand to each other.
    pub fn view(&self) -> View {
        let now = self.now();
        let wall = self.raw.wall();
        View {
            now,
            wall,
            held_back: wall > now.plus_ms(LEAP_MS),
            is_known: self.is_known(),
        }
    }

    /// Whether an administrator may move the time forward to this. Half a minute back is
    /// the same time.
    ///
    /// # Errors
    /// `invalid_field` for a time before that, or further ahead than five years.
    pub fn check(&self, time: Timestamp) -> Result<()> {
        let now = self.now();
        if time < now && !is_near(time, now) {
            let detail = "The time of the box only moves forward.";
            return Err(Error::invalid("time", detail));
        }
        if time > now.plus_ms(FARTHEST_MS) {
            let detail = "That is too far ahead to be believed.";
            return Err(Error::invalid("time", detail));
        }
        Ok(())
    }

    /// Moves the time forward to what an administrator stands by, from now on and until
    /// the box stops, once that is stored. One that passed meanwhile moves nothing.
    pub fn advance_to(&self, time: Timestamp) {
        let mut known = self.known();
        let uptime_ms = self.raw.uptime_ms();
        if let Some(known) = known.as_mut() {
            known.follow(uptime_ms, time, FARTHEST_MS);
        }
        *self.word() = Some(Word { time, uptime_ms });
    }

    /// Whether a time server stands by the wall clock.
    fn is_confirmed(&self, wall: Timestamp) -> bool {
        let at = self.raw.confirmed_at();
        at.is_some_and(|at| stands_by(at, wall))
    }

    fn word(&self) -> MutexGuard<'_, Option<Word>> {
        self.word.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self) -> MutexGuard<'_, Option<Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for TrustedClock {
    fn now(&self) -> Timestamp {
        // Both clocks are read under the lock, so that nobody who was slow to get
        // it sees less time than another did before.
        let mut known = self.known();
        let wall = self.raw.wall();
        let Some(known) = known.as_mut() else {
            return wall.max(RELEASE);
        };
        let uptime_ms = self.raw.uptime_ms();
        let now = known.follow(uptime_ms, wall, LEAP_MS);
        if wall > now && self.is_confirmed(wall) {
            return known.follow(uptime_ms, wall, FARTHEST_MS);
        }
        now
    }

    fn lived(&self) -> Lived {
        self.now();
        self.known().map_or(Lived::default(), |known| known.lived)
    }

    fn is_known(&self) -> bool {
        let now = self.now();
        // A time server may have set a clock that trusted time is ahead of.
        let wall = self.raw.wall();
        if self.is_confirmed(wall) && is_near(wall, now) {
            return true;
        }
        let word = *self.word();
        word.is_some_and(|word| word.holds(self.raw.uptime_ms(), now))
    }
}

#[cfg(test)]
mod tests;
