//! Calendar days, as spans of time in some time zone.

use super::Timestamp;

/// A calendar day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DaySpan {
    pub begins: Timestamp,
    /// The beginning of the next day.
    pub ends: Timestamp,
}

/// A day of the calendar, in no particular time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarDay {
    pub year: i16,
    pub month: i8,
    pub day: i8,
}

impl CalendarDay {
    /// Parses `2026-05-01`, or `2026-05` and `2026`, which mean the first day of the month and of the year.
    pub fn parse(text: &str) -> Option<CalendarDay> {
        let digits = |text: &str, count: usize| {
            text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        let mut parts = text.split('-');
        let year = parts.next().filter(|year| digits(year, 4))?;
        let mut two_digits = || match parts.next() {
            None => Some(1),
            Some(part) if digits(part, 2) => part.parse().ok(),
            Some(_) => None,
        };
        let (year, month, day) = (year.parse().ok()?, two_digits()?, two_digits()?);
        let is_there = parts.next().is_none() && (1..=days_in(year, month)?).contains(&day);
        is_there.then_some(CalendarDay { year, month, day })
    }
}

/// Returns the number of days of a month in the Gregorian calendar.
fn days_in(year: i16, month: i8) -> Option<i8> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    Some(match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_and_must_exist() {
        for (text, expected) in [
            ("2026-05-31", Some((2026, 5, 31))),
            ("2026-05", Some((2026, 5, 1))),
            ("2026", Some((2026, 1, 1))),
            ("2024-02-29", Some((2024, 2, 29))),
            ("2000-02-29", Some((2000, 2, 29))),
            ("1900-02-29", None),
            ("2026-02-29", None),
            ("2026-04-31", None),
            ("2026-13-01", None),
            ("2026-00-01", None),
            ("2026-01-00", None),
            ("2026-1-1", None),
            ("2026-01-01-01", None),
            ("26-01-01", None),
            ("20260101", None),
            ("-2026", None),
            ("", None),
        ] {
            let day = CalendarDay::parse(text).map(|day| (day.year, day.month, day.day));
            assert_eq!(day, expected, "{text}");
        }
    }
}
