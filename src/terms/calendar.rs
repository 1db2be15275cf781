//! The usual days of Rwanda's school year: three terms from September to July.
//!
//! The ministry decides about the days of each year; whoever sets a school up corrects
//! them where they are others. These rules give all six days of the calendar that the
//! National Examination and School Inspection Authority (NESA) published in August 2025 for
//! 2025/26, and to a day those that were found for 2024/25, whose third term began on the
//! Tuesday after Easter Monday. Both as newspapers and schools repeated them, who do not
//! agree about the last day of 2025/26; the originals were not at hand. 2023/24 began two weeks later than they say, and ended one
//! week later.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::Day;

/// The terms of the school year that goes on or comes next, by first and last day, and
/// the calendar years it is in.
pub fn school_year(today: Day) -> (i16, [(Day, Day); 3]) {
    let year = today.0.year();
    // From the end of one year on, the next is the one to prepare.
    let begins = match today > terms(year - 1)[2].1 {
        true => year,
        false => year - 1,
    };
    (begins, terms(begins))
}

/// Each begins on a Monday and ends on a Friday: the first one before Christmas, the last
/// one before Liberation Day.
fn terms(year: i16) -> [(Day, Day); 3] {
    let after = |first: Date, days: i64| first.checked_add(days.days()).unwrap_or(first);
    let one = nth_monday(year, 9, 2);
    let two = nth_monday(year + 1, 1, 1);
    let three = nth_monday(year + 1, 4, 3);
    let one_ends = friday_before(year, 12, 21);
    let three_ends = friday_before(year + 1, 7, 4);
    [
        (Day(one), Day(one_ends)),
        (Day(two), Day(after(two, 88))),
        (Day(three), Day(three_ends)),
    ]
}

fn nth_monday(year: i16, month: i8, nth: i8) -> Date {
    // A year jiff does not know would be one no clock shows.
    let first = Date::new(year, month, 1).unwrap_or_default();
    first
        .nth_weekday_of_month(nth, Weekday::Monday)
        .unwrap_or(first)
}

/// The last Friday before a day, which may be one itself.
fn friday_before(year: i16, month: i8, day: i8) -> Date {
    let day = Date::new(year, month, day).unwrap_or_default();
    day.nth_weekday(-1, Weekday::Friday).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_that_goes_on_or_comes_next_is_offered() {
        let check = |today: &str, begins: i16, days: [&str; 6]| {
            let (year, terms) = school_year(today.parse().unwrap());
            assert_eq!(year, begins, "{today}");
            let found = terms.map(|(first, last)| [first.to_string(), last.to_string()]);
            assert_eq!(found.concat(), days, "{today}");
        };
        let of_2025 = [
            "2025-09-08",
            "2025-12-19",
            "2026-01-05",
            "2026-04-03",
            "2026-04-20",
            "2026-07-03",
        ];
        check("2025-09-01", 2025, of_2025);
        check("2025-12-31", 2025, of_2025);
        check("2026-01-01", 2025, of_2025);
        check("2026-07-03", 2025, of_2025);
        let of_2024 = [
            "2024-09-09",
            "2024-12-20",
            "2025-01-06",
            "2025-04-04",
            "2025-04-21",
            "2025-06-27",
        ];
        check("2025-06-27", 2024, of_2024);
        check("2025-06-28", 2025, of_2025);
        let of_2026 = [
            "2026-09-14",
            "2026-12-18",
            "2027-01-04",
            "2027-04-02",
            "2027-04-19",
            "2027-07-02",
        ];
        check("2026-07-04", 2026, of_2026);
    }

    #[test]
    fn terms_of_any_year_follow_each_other() {
        for year in 2020..2080 {
            let days = terms(year).map(|(first, last)| [first, last]).concat();
            assert!(days.is_sorted(), "{year}");
            assert!(days[5] < terms(year + 1)[0].0, "{year}");
        }
    }
}
