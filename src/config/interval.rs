//! The time between two runs of something that repeats.

use std::{fmt, time::Duration};

/// The time between two runs, or never.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval(pub Option<Duration>);

impl Interval {
    const SHORTEST: Duration = Duration::from_mins(15);
    const LONGEST: Duration = Duration::from_hours(366 * 24);

    /// Parses minutes, hours or days, such as `90m`, `24h` and `7d`; an empty text means never.
    pub fn parse(text: &str) -> Option<Interval> {
        let text = text.trim();
        if text.is_empty() {
            return Some(Interval(None));
        }
        let (number, unit) = text.split_at_checked(text.len() - 1)?;
        let number: u32 = number.parse().ok()?;
        let time = match unit {
            "m" => Duration::from_mins(number.into()),
            "h" => Duration::from_hours(number.into()),
            "d" => Duration::from_hours(24 * u64::from(number)),
            _ => return None,
        };
        let is_possible = (Interval::SHORTEST..=Interval::LONGEST).contains(&time);
        is_possible.then_some(Interval(Some(time)))
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minutes = self.0.map(|time| time.as_secs() / 60);
        match minutes {
            None => Ok(()),
            Some(minutes) if minutes % 60 == 0 => write!(f, "{}h", minutes / 60),
            Some(minutes) => write!(f, "{minutes}m"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_minutes_hours_or_days_or_never() {
        for (text, shown) in [
            ("24h", "24h"),
            (" 7d ", "168h"),
            ("90m", "90m"),
            ("15m", "15m"),
            ("", ""),
        ] {
            let parsed = Interval::parse(text).expect(text);
            assert_eq!(parsed.to_string(), shown);
            assert_eq!(Interval::parse(shown), Some(parsed));
        }
        for wrong in [
            "14m",
            "1",
            "h",
            "-1h",
            "367d",
            "1 h",
            "1y",
            "é",
            "99999999999h",
        ] {
            assert_eq!(Interval::parse(wrong), None, "{wrong}");
        }
    }
}
