//! Numbers as a workbook shows them: plain, percentages, dates and lengths of
//! time.

use jiff::ToSpan;
use jiff::civil::{DateTime, date};

/// How a number is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    Plain,
    Percent,
    Date,
    /// Hours and minutes, of which there may be more than a day.
    Duration,
}

/// The day that a workbook counts from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Epoch {
    /// The end of 1899.
    #[default]
    Usual,
    /// The first day of 1904, as workbooks made on older Macs have it.
    Of1904,
}

impl Shown {
    /// What the numbered formats of ECMA-376 (18.8.30) show.
    pub fn by_number(id: &str) -> Self {
        match id.parse::<u32>() {
            Ok(9 | 10) => Self::Percent,
            Ok(14..=22 | 45 | 47) => Self::Date,
            Ok(46) => Self::Duration,
            _ => Self::Plain,
        }
    }

    /// What a written format shows, such as `dd/mm/yyyy` or `0.0%`.
    pub fn by_code(code: &str) -> Self {
        let (mut letters, mut quoted) = (String::new(), false);
        let mut bracket: Option<String> = None;
        let mut chars = code.chars().map(|c| c.to_ascii_lowercase());
        while let Some(c) = chars.next() {
            match (c, &mut bracket) {
                ('"', None) => quoted = !quoted,
                _ if quoted => {}
                // In brackets are colours, conditions and places, or what a
                // length of time is counted in.
                (']', Some(inside)) => {
                    let is_unit = |unit| !inside.is_empty() && inside.chars().all(|c| c == unit);
                    if ['h', 'm', 's'].into_iter().any(is_unit) {
                        return Self::Duration;
                    }
                    bracket = None;
                }
                (c, Some(inside)) => inside.push(c),
                ('[', None) => bracket = Some(String::new()),
                // The next one stands for itself, its width or a filling.
                ('\\' | '_' | '*', None) => drop(chars.next()),
                // The part for positive numbers ends.
                (';', None) => break,
                (c, None) => letters.push(c),
            }
        }
        if letters.contains('%') {
            Self::Percent
        } else if letters.contains(['y', 'd', 'h']) || letters.contains("mm") {
            Self::Date
        } else {
            Self::Plain
        }
    }

    /// A cell's number as a reader sees it.
    pub fn text(self, value: &str, epoch: Epoch) -> String {
        let Ok(number) = value.parse::<f64>() else {
            return value.to_owned();
        };
        let text = match self {
            Self::Plain => Some(number.to_string()),
            // Rounded as people read it, so that 0.07 is no 7.000000000000001 %.
            Self::Percent => Some(format!("{}%", (number * 1e4).round() / 1e2)),
            Self::Date => moment(number, epoch),
            Self::Duration => duration(number),
        };
        text.unwrap_or_else(|| value.to_owned())
    }
}

/// The moment that so many days after the first one are.
fn moment(days: f64, epoch: Epoch) -> Option<String> {
    if !(0.0..3_000_000.0).contains(&days) {
        return None;
    }
    let seconds = (days.fract() * 86_400.0).round() as i64;
    let start: DateTime = match epoch {
        Epoch::Usual => date(1899, 12, 30),
        Epoch::Of1904 => date(1904, 1, 1),
    }
    .at(0, 0, 0, 0);
    let moment = start.checked_add((days as i64).days()).ok()?;
    let moment = moment.checked_add(seconds.seconds()).ok()?;
    Some(match (days < 1.0, seconds) {
        (true, _) => moment.strftime("%H:%M").to_string(),
        (false, 0) => moment.strftime("%Y-%m-%d").to_string(),
        (false, _) => moment.strftime("%Y-%m-%d %H:%M").to_string(),
    })
}

/// So many days as hours, minutes and, where there are any, seconds.
fn duration(days: f64) -> Option<String> {
    if !(0.0..3_000_000.0).contains(&days) {
        return None;
    }
    let seconds = (days * 86_400.0).round() as u64;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    Some(match seconds {
        0 => format!("{hours}:{minutes:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_as_people_read_them() {
        let check = |value, shown: Shown, expect| {
            assert_eq!(shown.text(value, Epoch::Usual), expect, "{value}");
        };
        check("0.10000000000000001", Shown::Plain, "0.1");
        check("0.07", Shown::Percent, "7%");
        check("45292", Shown::Date, "2024-01-01");
        check("45292.5", Shown::Date, "2024-01-01 12:00");
        check("0.3125", Shown::Date, "07:30");
        check("1e300", Shown::Date, "1e300");
        check("1.5", Shown::Duration, "36:00");
        check("0.0006944444444444445", Shown::Duration, "0:01");
        check("0.0010416666666666667", Shown::Duration, "0:01:30");
        check("-1", Shown::Duration, "-1");
        check("x", Shown::Plain, "x");
        let mac = Shown::Date.text("43830", Epoch::Of1904);
        assert_eq!(mac, "2024-01-01");
    }

    #[test]
    fn formats_tell_what_is_shown() {
        let check = |code, expect| assert_eq!(Shown::by_code(code), expect, "{code}");
        check("General", Shown::Plain);
        check("#,##0.00 \"days\"", Shown::Plain);
        check("0\\ \\d\\a\\y\\s", Shown::Plain);
        check("_-* #,##0\\ _d_-;dd", Shown::Plain);
        check("[Red]0.0", Shown::Plain);
        check("[$Fdj-500] 0.0", Shown::Plain);
        check("\"[h]\"0", Shown::Plain);
        check("0.00%", Shown::Percent);
        check("dd/mm/yyyy", Shown::Date);
        check("yyyy\\-mm\\-dd", Shown::Date);
        check("[$-409]h:mm AM/PM", Shown::Date);
        check("[h]:mm", Shown::Duration);
        check("[HH]:mm:ss", Shown::Duration);
        check("[mm]:ss", Shown::Duration);
    }
}
