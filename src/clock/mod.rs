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

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use store::{keep, memory};

use crate::error::{Error, Result};
use crate::types::{Clock, RawClock, Timestamp};

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

/// How near two clocks are that agree: as long as a code of a phone is shown.
const NEAR_MS: i64 = 30 * 1000;

/// How long an administrator's word holds. Clocks without a time server are off by some
/// seconds a day.
const WORD_HOLDS_MS: i64 = 7 * DAY_MS;

/// The time when the monotonic clock was read last. Pure.
#[derive(Debug, Clone, Copy)]
struct Known {
    time: Timestamp,
    uptime_ms: i64,
}

impl Known {
    /// Goes on to `uptime_ms`, and to what a witness says if that is ahead by at
    /// most `leap_ms`; answers the time.
    fn follow(&mut self, uptime_ms: i64, says: Timestamp, leap_ms: i64) -> Timestamp {
        let passed = uptime_ms.saturating_sub(self.uptime_ms).max(0);
        self.time = self.time.plus_ms(passed);
        self.uptime_ms = uptime_ms;
        if says <= self.time.plus_ms(leap_ms) {
            self.time = self.time.max(says);
        }
        self.time
    }
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
#[derive(Debug, Clone, Copy, Default)]
pub struct Memory {
    /// The latest time that was stored on purpose.
    pub mark: Option<Timestamp>,
    /// The newest row that carries a time.
    pub newest_row: Option<Timestamp>,
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
    word: Mutex<Option<Word>>,
}

impl TrustedClock {
    /// Trusts the wall clock for want of anything else, until [`Self::recall`].
    pub fn new(raw: Arc<dyn RawClock>) -> Self {
        Self {
            raw,
            known: Mutex::new(None),
            word: Mutex::new(None),
        }
    }

    /// From now on the time goes on from what a data folder knows.
    pub fn recall(&self, memory: Memory) {
        let uptime_ms = self.raw.uptime_ms();
        let mut known = Known {
            time: memory.mark.unwrap_or(RELEASE).max(RELEASE),
            uptime_ms,
        };
        // Rows are minutes newer than the mark; those of a release that kept none
        // may be from anywhere.
        let mut leap_ms = match memory.mark {
            Some(_) => LEAP_MS,
            None => FARTHEST_MS,
        };
        if let Some(row) = memory.newest_row {
            known.follow(uptime_ms, row, leap_ms);
            leap_ms = LEAP_MS;
        }
        known.follow(uptime_ms, self.raw.wall(), leap_ms);
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

    /// Moves the time forward to what an administrator stands by, from now on and until
    /// the box stops. Half a minute back is the same time.
    ///
    /// # Errors
    /// `invalid_field` for a time before that, or further ahead than five years.
    pub fn confirm(&self, time: Timestamp) -> Result<()> {
        let now = self.now();
        if time < now && !is_near(time, now) {
            let detail = "The time of the box only moves forward.";
            return Err(Error::invalid("time", detail));
        }
        if time > now.plus_ms(FARTHEST_MS) {
            let detail = "That is too far ahead to be believed.";
            return Err(Error::invalid("time", detail));
        }
        let uptime_ms = self.raw.uptime_ms();
        if let Some(known) = self.known().as_mut() {
            known.follow(uptime_ms, time, FARTHEST_MS);
        }
        *self.word() = Some(Word { time, uptime_ms });
        Ok(())
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
        if wall > now && self.raw.is_confirmed() {
            return known.follow(uptime_ms, wall, FARTHEST_MS);
        }
        now
    }

    fn is_known(&self) -> bool {
        let now = self.now();
        // A time server may have set a clock that trusted time is ahead of.
        if self.raw.is_confirmed() && is_near(self.raw.wall(), now) {
            return true;
        }
        let word = *self.word();
        word.is_some_and(|word| word.holds(self.raw.uptime_ms(), now))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::types::FixedClock;

    const NOW: Timestamp = Timestamp(1_790_000_000_000);
    const HOUR_MS: i64 = 3600 * 1000;
    const YEAR_MS: i64 = 365 * DAY_MS;

    /// A box that was last on at `mark` and wakes up at `wall`.
    fn woken(mark: Option<Timestamp>, wall: Timestamp) -> (Arc<FixedClock>, TrustedClock) {
        let raw = Arc::new(FixedClock::new(wall));
        let clock = TrustedClock::new(raw.clone());
        clock.recall(Memory {
            mark,
            newest_row: None,
        });
        (raw, clock)
    }

    fn check(mark: Option<Timestamp>, wall: Timestamp, expected: Timestamp, held_back: bool) {
        let (raw, clock) = woken(mark, wall);
        let view = View {
            now: expected,
            wall,
            held_back,
            is_known: false,
        };
        assert_eq!(clock.view(), view, "{mark:?} {wall:?}");
        raw.advance_ms(HOUR_MS);
        assert_eq!(clock.now(), expected.plus_ms(HOUR_MS), "{mark:?} {wall:?}");
    }

    #[test]
    fn a_box_wakes_up_no_earlier_than_it_fell_asleep() {
        let mark = Some(NOW);
        check(mark, Timestamp(0), NOW, false);
        check(mark, NOW.plus_ms(-YEAR_MS), NOW, false);
        check(mark, NOW, NOW, false);
        let after_holidays = NOW.plus_ms(70 * DAY_MS);
        check(mark, after_holidays, after_holidays, false);
        check(mark, NOW.plus_ms(LEAP_MS + 1), NOW, true);
        check(mark, NOW.plus_ms(10 * YEAR_MS), NOW, true);
        check(mark, Timestamp(i64::MAX), NOW, true);
        check(mark, Timestamp(i64::MIN), NOW, false);
    }

    #[test]
    fn a_new_box_has_only_its_clock_and_the_release() {
        check(None, Timestamp(0), RELEASE, false);
        check(None, NOW, NOW, false);
        let bought_late = RELEASE.plus_ms(3 * YEAR_MS);
        check(None, bought_late, bought_late, false);
        check(None, RELEASE.plus_ms(10 * YEAR_MS), RELEASE, true);
        let of_another_box = Some(Timestamp(5));
        check(of_another_box, Timestamp(0), RELEASE, false);
    }

    #[test]
    fn times_after_2038_are_times() {
        for second in [2_147_483_647, 4_294_967_296] {
            let mark = Timestamp(second * 1000);
            check(Some(mark), Timestamp(0), mark, false);
            check(
                Some(mark),
                mark.plus_ms(DAY_MS),
                mark.plus_ms(DAY_MS),
                false,
            );
        }
    }

    #[test]
    fn rows_count_where_the_mark_is_older_or_missing() {
        let check = |mark, row: Timestamp, wall, expected| {
            let clock = TrustedClock::new(Arc::new(FixedClock::new(wall)));
            let newest_row = Some(row);
            clock.recall(Memory { mark, newest_row });
            assert_eq!(clock.now(), expected, "{mark:?} {row:?}");
        };
        let (past, soon) = (Timestamp(0), NOW.plus_ms(4 * 60_000));
        check(Some(NOW), soon, past, soon);
        check(Some(NOW), NOW.plus_ms(-1), past, NOW);
        check(None, soon, past, soon);
        // Once there are rows, even a first start does not believe in any leap.
        check(None, soon, soon.plus_ms(YEAR_MS), soon);
        let from_2036 = NOW.plus_ms(10 * YEAR_MS);
        check(None, from_2036, NOW, NOW);
        check(Some(NOW), from_2036, past, NOW);
    }

    #[test]
    fn a_clock_that_jumps_forth_and_back_leaves_no_trace() {
        let (raw, clock) = woken(Some(NOW), NOW);
        let mut expected = NOW;
        for wall in [
            Timestamp(0),
            NOW.plus_ms(10 * YEAR_MS),
            NOW.plus_ms(-YEAR_MS),
            Timestamp(2_147_483_648_000),
            NOW.plus_ms(12 * HOUR_MS),
        ] {
            raw.set_wall(wall);
            raw.advance_ms(HOUR_MS);
            expected = expected.plus_ms(HOUR_MS);
            if wall == NOW.plus_ms(12 * HOUR_MS) {
                expected = wall.plus_ms(HOUR_MS);
            }
            assert_eq!(clock.now(), expected, "{wall:?}");
        }
        assert!(!clock.view().held_back);
    }

    #[test]
    fn a_time_server_or_an_administrator_confirms_what_is_held_back() {
        let after_a_year = NOW.plus_ms(YEAR_MS);
        let (raw, clock) = woken(Some(NOW), after_a_year);
        assert_eq!(clock.now(), NOW);
        raw.confirm();
        assert_eq!(clock.now(), after_a_year);
        raw.set_wall(NOW.plus_ms(10 * YEAR_MS));
        assert_eq!(clock.now(), after_a_year, "servers can be wrong too");

        let (_, clock) = woken(Some(NOW), Timestamp(0));
        clock.confirm(after_a_year).unwrap();
        assert_eq!(clock.now(), after_a_year);
        clock.confirm(NOW).unwrap_err();
        clock.confirm(NOW.plus_ms(10 * YEAR_MS)).unwrap_err();
        assert_eq!(clock.now(), after_a_year);
    }

    #[test]
    fn the_time_is_known_while_a_time_server_stands_by_it() {
        let (raw, clock) = woken(Some(NOW), NOW);
        assert!(!clock.is_known(), "a clock alone proves nothing");
        raw.confirm();
        assert!(clock.is_known());
        raw.set_wall(NOW.plus_ms(-HOUR_MS));
        assert!(!clock.is_known(), "what it set was set anew");
        raw.set_wall(NOW.plus_ms(-NEAR_MS));
        assert!(clock.is_known());
        // A year is believed if a time server says so; ten are not.
        raw.set_wall(NOW.plus_ms(YEAR_MS));
        assert!(clock.is_known());
        raw.set_wall(NOW.plus_ms(20 * YEAR_MS));
        assert!(!clock.is_known());
    }

    #[test]
    fn the_time_is_known_for_a_week_after_an_administrators_word() {
        let (raw, clock) = woken(Some(NOW), Timestamp(0));
        let said = NOW.plus_ms(DAY_MS);
        clock.confirm(said).unwrap();
        assert!(clock.is_known());
        raw.advance_ms(WORD_HOLDS_MS - 1);
        assert!(clock.is_known());
        raw.advance_ms(1);
        assert!(!clock.is_known());
        // Said again, also by a device that is a little behind, but by no more.
        let now = clock.now();
        clock.confirm(now.plus_ms(-NEAR_MS)).unwrap();
        assert!(clock.is_known());
        assert_eq!(clock.now(), now, "it is no step back");
        clock.confirm(now.plus_ms(-NEAR_MS - 1)).unwrap_err();
    }

    #[test]
    fn a_leap_makes_an_administrators_word_worthless() {
        let (raw, clock) = woken(Some(NOW), NOW);
        clock.confirm(NOW).unwrap();
        raw.set_wall(Timestamp(0));
        assert!(clock.is_known(), "back is nothing to trusted time");
        raw.set_wall(NOW.plus_ms(10 * YEAR_MS));
        assert!(clock.is_known(), "nor is what is held back");
        raw.set_wall(NOW.plus_ms(HOUR_MS));
        assert!(!clock.is_known());
        raw.set_wall(NOW);
        assert!(!clock.is_known(), "it was believed");
        clock.confirm(NOW.plus_ms(HOUR_MS)).unwrap();
        assert!(clock.is_known());
        let again = TrustedClock::new(raw.clone());
        again.recall(Memory::default());
        assert!(!again.is_known(), "a restart may have taken any time");
    }

    #[test]
    fn before_anything_is_recalled_the_machine_is_believed() {
        let raw = Arc::new(FixedClock::new(NOW));
        let clock = TrustedClock::new(raw.clone());
        assert_eq!(clock.now(), NOW);
        raw.set_wall(Timestamp(0));
        assert_eq!(clock.now(), RELEASE);
    }

    proptest! {
        /// Whatever the wall clock does, time passes at least as fast as the box
        /// runs, and from one start to the next.
        #[test]
        fn time_never_stands_nor_goes_back(
            walls in prop::collection::vec((any::<i64>(), 0..10 * DAY_MS, any::<bool>()), 1..50)
        ) {
            let mut mark = NOW;
            let (mut raw, mut clock) = woken(Some(mark), NOW);
            for (wall, passes, restarts) in walls {
                if restarts {
                    (raw, clock) = woken(Some(mark), Timestamp(wall));
                }
                raw.set_wall(Timestamp(wall));
                let before = clock.now();
                raw.advance_ms(passes);
                let after = clock.now();
                prop_assert!(before >= mark);
                prop_assert!(after.0 - before.0 >= passes);
                prop_assert!(after.0 - mark.0 <= passes + 3 * LEAP_MS);
                mark = after;
            }
        }
    }
}
