//! A day of the calendar, without a time.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::error::{Error, Result};
use crate::types::Timestamp;

/// A day, written as `2026-01-05`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub(super) Date);

impl Day {
    /// The day of a moment by Greenwich: the box does not know its time zone, and a term
    /// that begins two hours late troubles nobody.
    pub fn of(at: Timestamp) -> Self {
        let at = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
        Self(at.to_zoned(TimeZone::UTC).date())
    }

    /// Reads the day in a field of a request.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn read(field: &'static str, text: &str) -> Result<Self> {
        text.parse()
            .map_err(|_| Error::invalid(field, "Write a day as 2026-01-05."))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let day = text.parse::<Date>().map_err(|error| error.to_string())?;
        // Only one way to write a day sorts like the days themselves.
        match day.to_string() == text && day.year() > 0 {
            true => Ok(Self(day)),
            false => Err(format!("{text:?} is not written as a day")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_days_in_one_spelling_are_read() {
        assert_eq!(
            "2024-02-29".parse::<Day>().unwrap().to_string(),
            "2024-02-29"
        );
        for text in [
            "",
            "2026-1-5",
            "20260105",
            "2026-02-29",
            "2026-01-05T00:00",
            " 2026-01-05",
            "-000001-01-05",
        ] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_moment_is_in_its_day() {
        let check = |ms, day: &str| assert_eq!(Day::of(Timestamp(ms)).to_string(), day);
        check(0, "1970-01-01");
        check(-1, "1969-12-31");
        check(1_790_000_000_000, "2026-09-21");
    }
}
