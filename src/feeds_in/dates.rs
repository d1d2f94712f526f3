//! Dates as feeds have them. RFC 3339 and RFC 822 are the rule; the exceptions are read by their parts.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    fmt::rfc2822,
    tz::{Offset, TimeZone},
};

/// The names of zones in RFC 822 and some others that feeds have, with their offsets in minutes.
const ZONES: [(&str, i32); 22] = [
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("z", 0),
    ("wet", 0),
    ("west", 60),
    ("bst", 60),
    ("cet", 60),
    ("cest", 120),
    ("eet", 120),
    ("eest", 180),
    ("msk", 180),
    ("jst", 540),
    ("aest", 600),
    ("est", -300),
    ("edt", -240),
    ("cst", -360),
    ("cdt", -300),
    ("mst", -420),
    ("mdt", -360),
    ("pst", -480),
    ("pdt", -420),
];

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// Reads a date. A date without a zone is one of UTC.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time);
    }
    // jiff takes every name of a zone for UTC.
    let names_zone = text.ends_with(|c: char| c.is_ascii_alphabetic());
    let parser = rfc2822::DateTimeParser::new().relaxed_weekday(true);
    if !names_zone && let Ok(time) = parser.parse_timestamp(text) {
        return Some(time);
    }
    if let Ok(time) = text.parse::<DateTime>() {
        return at(time, 0);
    }
    by_parts(text)
}

/// The parts of a date that were found.
#[derive(Default)]
struct DateParts {
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
    time: Option<(i8, i8, i8)>,
    is_afternoon: Option<bool>,
    offset_minutes: i32,
}

fn by_parts(text: &str) -> Option<Timestamp> {
    let mut parts = DateParts::default();
    let words = text.split([' ', ',', '\t', '\n']);
    for word in words.filter(|word| !word.is_empty()) {
        match word.split_once('T') {
            Some((date, time)) if word.starts_with(|c: char| c.is_ascii_digit()) => {
                parts.take(date);
                parts.take(time);
            }
            _ => parts.take(word),
        }
    }
    let (mut hour, minute, second) = parts.time.unwrap_or_default();
    match parts.is_afternoon {
        Some(true) if hour < 12 => hour += 12,
        Some(false) if hour == 12 => hour = 0,
        _ => {}
    }
    let date = Date::new(parts.year?, parts.month?, parts.day?).ok()?;
    let time = Time::new(hour, minute, second, 0).ok()?;
    at(date.to_datetime(time), parts.offset_minutes)
}

impl DateParts {
    fn take(&mut self, word: &str) {
        let lower = word.trim_matches(['.', '(', ')']).to_lowercase();
        let is_word = lower.chars().all(char::is_alphabetic);
        if lower == "am" || lower == "pm" {
            self.is_afternoon = Some(lower == "pm");
        } else if let Some((_, minutes)) = ZONES.iter().find(|(name, _)| *name == lower) {
            self.offset_minutes = *minutes;
        } else if let Some(month) = MONTHS
            .iter()
            .position(|name| is_word && lower.starts_with(name))
        {
            self.month = i8::try_from(month + 1).ok();
        } else if let Some(minutes) = offset(&lower).filter(|_| self.time.is_some()) {
            self.offset_minutes = minutes;
        } else if lower.contains(':') {
            self.take_time(&lower);
        } else if lower.matches('-').count() == 2 {
            let mut numbers = lower.split('-');
            self.year = numbers.next().and_then(|number| number.parse().ok());
            self.month = numbers.next().and_then(|number| number.parse().ok());
            self.day = numbers.next().and_then(|number| number.parse().ok());
        } else if let Ok(number) = lower.trim_end_matches(char::is_alphabetic).parse::<i16>() {
            if (1_000..=9_999).contains(&number) {
                self.year = Some(number);
            } else if self.day.is_none() {
                self.day = i8::try_from(number).ok();
            } else if self.year.is_none() && (0..100).contains(&number) {
                // RFC 2822 §4.3 reads years of two digits so.
                self.year = Some(if number < 50 { 2_000 } else { 1_900 } + number);
            }
        }
    }

    fn take_time(&mut self, text: &str) {
        let text = text.trim_end_matches('z');
        let (text, is_afternoon) = match (text.strip_suffix("pm"), text.strip_suffix("am")) {
            (Some(text), _) => (text, Some(true)),
            (_, Some(text)) => (text, Some(false)),
            _ => (text, None),
        };
        self.is_afternoon = is_afternoon.or(self.is_afternoon);
        let clock = text.split(['+', '-', '.']).next().unwrap_or_default();
        let mut numbers = clock.split(':').map(|number| number.parse().ok());
        let (hour, minute) = (numbers.next().flatten(), numbers.next().flatten());
        let second: Option<i8> = numbers.next().flatten();
        if let (Some(hour), Some(minute)) = (hour, minute) {
            self.time = Some((hour, minute, second.unwrap_or(0).min(59)));
        }
        if let Some(at) = text.rfind(['+', '-']) {
            self.offset_minutes = offset(&text[at..]).unwrap_or(0);
        }
    }
}

/// Reads `+0200`, `-05:00` or `+2` as minutes.
fn offset(text: &str) -> Option<i32> {
    let (sign, digits) = match text.strip_prefix('+') {
        Some(digits) => (1, digits),
        None => (-1, text.strip_prefix('-')?),
    };
    let digits = digits.replace(':', "");
    let number: i32 = digits.parse().ok()?;
    let minutes = match digits.len() {
        1 | 2 => number * 60,
        3 | 4 => number / 100 * 60 + number % 100,
        _ => return None,
    };
    (minutes <= 14 * 60).then_some(sign * minutes)
}

fn at(time: DateTime, offset_minutes: i32) -> Option<Timestamp> {
    let offset = Offset::from_seconds(offset_minutes * 60).ok()?;
    TimeZone::fixed(offset).to_timestamp(time).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_feeds_write_them() {
        for (text, expected) in [
            ("2023-12-16T02:02:33Z", "2023-12-16T02:02:33Z"),
            ("2023-12-16T02:02:33+01:00", "2023-12-16T01:02:33Z"),
            ("2023-12-16T02:02:33", "2023-12-16T02:02:33Z"),
            ("2023-12-16 02:02:33", "2023-12-16T02:02:33Z"),
            ("2023-12-16 02:02:33 +0100", "2023-12-16T01:02:33Z"),
            ("2023-12-16", "2023-12-16T00:00:00Z"),
            ("Sat, 16 Dec 2023 02:02:33 GMT", "2023-12-16T02:02:33Z"),
            ("Sun, 16 Dec 2023 02:02:33 GMT", "2023-12-16T02:02:33Z"),
            ("Sat, 16 Dec 2023 02:02:33 -0500", "2023-12-16T07:02:33Z"),
            ("Sat, Dec 16 2023 02:02:33 PM", "2023-12-16T14:02:33Z"),
            ("Sat, 16 Dec 2023 02:02:33 CEST", "2023-12-16T00:02:33Z"),
            ("Sat, 16 Dec 2023 02:02:33 BST", "2023-12-16T01:02:33Z"),
            ("Sat, 16 Dec 2023 02:02", "2023-12-16T02:02:00Z"),
            ("16 December 2023", "2023-12-16T00:00:00Z"),
            ("Tue Jun 10 16:05:01 CEST 2008", "2008-06-10T14:05:01Z"),
            ("December 16th, 2023 12:30am", "2023-12-16T00:30:00Z"),
            ("Sat, 16 Dec 2023 02:02:33 CST", "2023-12-16T08:02:33Z"),
            ("16 Dec 08 10:00 EST", "2008-12-16T15:00:00Z"),
        ] {
            let found = parse(text).map(|time| time.to_string());
            assert_eq!(found.as_deref(), Some(expected), "{text}");
        }
        for text in [
            "",
            "yesterday",
            "2023",
            "99:99",
            "2023-13-40",
            "Feb 31 2023",
            "-",
            "::",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
