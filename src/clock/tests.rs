//! Wrong clocks, and what a box makes of them.

use proptest::prelude::*;

use super::*;
use crate::types::FixedClock;

const NOW: Timestamp = Timestamp(1_790_000_000_000);
const HOUR_MS: i64 = 3600 * 1000;
const YEAR_MS: i64 = 365 * DAY_MS;

/// What a machine stored that was switched off since.
fn at(now: Timestamp) -> Mark {
    Mark {
        now,
        ..Mark::default()
    }
}

/// A box that was last on at `mark` and wakes up at `wall`.
fn woken(mark: Option<Timestamp>, wall: Timestamp) -> (Arc<FixedClock>, TrustedClock) {
    let raw = Arc::new(FixedClock::new(wall));
    let clock = TrustedClock::new(raw.clone());
    clock.recall(Memory {
        mark: mark.map(at),
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
    let check = |mark: Option<Timestamp>, row: Timestamp, wall, expected| {
        let clock = TrustedClock::new(Arc::new(FixedClock::new(wall)));
        let (mark, newest_row) = (mark.map(at), Some(row));
        clock.recall(Memory { mark, newest_row });
        assert_eq!(clock.now(), expected, "{row:?} {wall:?}");
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
    clock.check(after_a_year).unwrap();
    assert_eq!(clock.now(), NOW, "looking at it moves nothing");
    clock.advance_to(after_a_year);
    assert_eq!(clock.now(), after_a_year);
    clock.check(NOW).unwrap_err();
    clock.check(NOW.plus_ms(10 * YEAR_MS)).unwrap_err();
    clock.advance_to(NOW);
    assert_eq!(clock.now(), after_a_year);
}

#[test]
fn a_time_server_stands_by_what_it_set_and_not_by_what_others_set_later() {
    let (raw, clock) = woken(Some(NOW), NOW);
    raw.confirm();
    assert_eq!(clock.now(), NOW);
    raw.advance_ms(HOUR_MS);
    raw.set_wall(NOW.plus_ms(YEAR_MS));
    assert_eq!(
        clock.now(),
        NOW.plus_ms(HOUR_MS),
        "nobody stands by the leap"
    );
    assert!(clock.view().held_back);
    raw.confirm();
    raw.advance_ms(HOUR_MS);
    assert_eq!(clock.now(), NOW.plus_ms(YEAR_MS + HOUR_MS));
    // Its mark is old, and the clock was set back and forth since.
    raw.advance_ms(2 * DAY_MS);
    let ahead = NOW.plus_ms(3 * YEAR_MS);
    raw.set_wall(ahead);
    assert!(clock.now() < ahead);
    assert!(stands_by(NOW, NOW) && stands_by(NOW, NOW.plus_ms(FRESH_MS - 1)));
    assert!(!stands_by(NOW, NOW.plus_ms(FRESH_MS)));
    assert!(!stands_by(NOW, NOW.plus_ms(-1)));
    assert!(!stands_by(Timestamp(i64::MIN), Timestamp(i64::MAX)));
}

#[test]
fn a_leap_is_not_lived_through() {
    let lived = |clock: &TrustedClock| clock.lived().0;
    let (raw, clock) = woken(Some(NOW), NOW);
    raw.advance_ms(HOUR_MS);
    assert_eq!(lived(&clock), HOUR_MS);
    raw.set_wall(NOW.plus_ms(60 * DAY_MS));
    assert_eq!(clock.now(), NOW.plus_ms(60 * DAY_MS));
    assert_eq!(lived(&clock), HOUR_MS + AWAY_MS);
    // Set back, the box counts on.
    raw.set_wall(NOW);
    raw.advance_ms(DAY_MS);
    assert_eq!(lived(&clock), HOUR_MS + AWAY_MS + DAY_MS);
    raw.set_wall(NOW.plus_ms(YEAR_MS));
    raw.confirm();
    assert_eq!(lived(&clock), HOUR_MS + 2 * AWAY_MS + DAY_MS);
    let now = clock.now();
    clock.advance_to(now.plus_ms(YEAR_MS));
    assert_eq!(lived(&clock), HOUR_MS + 3 * AWAY_MS + DAY_MS);
}

#[test]
fn nights_are_lived_through_and_holidays_in_part() {
    for (off_ms, counts_ms) in [
        (0, 0),
        (15 * HOUR_MS, 15 * HOUR_MS),
        (2 * DAY_MS, 2 * DAY_MS),
        (70 * DAY_MS, AWAY_MS),
        (10 * YEAR_MS, 0),
        (-YEAR_MS, 0),
    ] {
        let wall = NOW.plus_ms(off_ms);
        let clock = TrustedClock::new(Arc::new(FixedClock::new(wall)));
        let kept = Mark {
            lived: Lived(7),
            ..at(NOW)
        };
        // A row and the clock witness the same leap.
        clock.recall(Memory {
            mark: Some(kept),
            newest_row: Some(NOW.plus_ms(off_ms.min(10 * DAY_MS))),
        });
        let expected = match off_ms > LEAP_MS {
            // The row is believed, the clock is not.
            true => AWAY_MS,
            false => counts_ms,
        };
        assert_eq!(clock.lived(), Lived(7 + expected), "off for {off_ms} ms");
        assert!(clock.woke_up());
    }
}

#[test]
fn while_the_machine_stays_on_its_uptime_goes_on() {
    let (raw, clock) = woken(Some(NOW), NOW);
    raw.advance_ms(HOUR_MS);
    let kept = clock.mark();
    assert_eq!(
        (kept.now, kept.lived),
        (NOW.plus_ms(HOUR_MS), Lived(HOUR_MS))
    );
    let begin = |raw: Arc<FixedClock>| {
        let clock = TrustedClock::new(raw);
        clock.recall(Memory {
            mark: Some(kept.clone()),
            newest_row: None,
        });
        clock
    };
    // The program is off for a week, and the clock stands still in 1970.
    raw.advance_ms(7 * DAY_MS);
    raw.set_wall(Timestamp(0));
    let again = begin(raw);
    assert!(!again.woke_up());
    assert_eq!(again.now(), NOW.plus_ms(HOUR_MS + 7 * DAY_MS));
    assert_eq!(again.lived(), Lived(HOUR_MS + 7 * DAY_MS));
    let other = begin(Arc::new(FixedClock::new(Timestamp(0))));
    assert!(other.woke_up());
    assert_eq!((other.now(), other.lived()), (kept.now, kept.lived));
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
    raw.confirm();
    assert!(clock.is_known());
    // A year is believed if a time server says so; ten are not.
    raw.set_wall(NOW.plus_ms(YEAR_MS));
    raw.confirm();
    assert!(clock.is_known());
    raw.set_wall(NOW.plus_ms(20 * YEAR_MS));
    raw.confirm();
    assert!(!clock.is_known());
}

#[test]
fn the_time_is_known_for_a_week_after_an_administrators_word() {
    let (raw, clock) = woken(Some(NOW), Timestamp(0));
    let said = NOW.plus_ms(DAY_MS);
    clock.advance_to(said);
    assert!(clock.is_known());
    raw.advance_ms(WORD_HOLDS_MS - 1);
    assert!(clock.is_known());
    raw.advance_ms(1);
    assert!(!clock.is_known());
    // Said again, also by a device that is a little behind, but by no more.
    let now = clock.now();
    clock.check(now.plus_ms(-NEAR_MS)).unwrap();
    clock.advance_to(now.plus_ms(-NEAR_MS));
    assert!(clock.is_known());
    assert_eq!(clock.now(), now, "it is no step back");
    clock.check(now.plus_ms(-NEAR_MS - 1)).unwrap_err();
}

#[test]
fn a_leap_makes_an_administrators_word_worthless() {
    let (raw, clock) = woken(Some(NOW), NOW);
    clock.advance_to(NOW);
    raw.set_wall(Timestamp(0));
    assert!(clock.is_known(), "back is nothing to trusted time");
    raw.set_wall(NOW.plus_ms(10 * YEAR_MS));
    assert!(clock.is_known(), "nor is what is held back");
    raw.set_wall(NOW.plus_ms(HOUR_MS));
    assert!(!clock.is_known());
    raw.set_wall(NOW);
    assert!(!clock.is_known(), "it was believed");
    clock.advance_to(NOW.plus_ms(HOUR_MS));
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
            let (before, lived) = (clock.now(), clock.lived());
            raw.advance_ms(passes);
            let after = clock.now();
            prop_assert_eq!(clock.lived().0 - lived.0, passes);
            prop_assert!(before >= mark);
            prop_assert!(after.0 - before.0 >= passes);
            prop_assert!(after.0 - mark.0 <= passes + 3 * LEAP_MS);
            mark = after;
        }
    }
}
