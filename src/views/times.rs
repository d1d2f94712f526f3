//! Times as people and programs read them.

use jiff::{Zoned, civil::Date, tz::TimeZone};
use maud::{Markup, html};

use crate::{
    model::{CalendarDay, Language, Timestamp},
    words::{later, say, spoken},
};

/// The months, from January on.
const MONTHS: [&str; 12] = [
    later("January"),
    later("February"),
    later("March"),
    later("April"),
    later("May"),
    later("June"),
    later("July"),
    later("August"),
    later("September"),
    later("October"),
    later("November"),
    later("December"),
];

/// The days of the week, from Monday on.
const WEEKDAYS: [&str; 7] = [
    later("Monday"),
    later("Tuesday"),
    later("Wednesday"),
    later("Thursday"),
    later("Friday"),
    later("Saturday"),
    later("Sunday"),
];

/// Formats a time by RFC 3339, in UTC, to the second.
pub(super) fn rfc3339(time: Timestamp) -> String {
    let seconds = instant(time).as_millisecond().div_euclid(1_000);
    jiff::Timestamp::from_second(seconds)
        .unwrap_or_default()
        .to_string()
}

/// Formats a time as HTTP headers have it (RFC 9110 §5.6.7).
pub(crate) fn http_date(time: Timestamp) -> String {
    let printer = jiff::fmt::rfc2822::DateTimePrinter::new();
    printer
        .timestamp_to_rfc9110_string(&instant(time))
        .unwrap_or_default()
}

/// Renders an absolute time. The script turns it into "5 minutes ago".
pub(super) fn time(time: Timestamp, zone: &TimeZone) -> Markup {
    let shown = to_come(time, zone);
    html! { time datetime=(rfc3339(time)) title=(shown) { (shown) } }
}

/// Formats a future time. It is no `time` element, because the script would show its age.
pub(super) fn to_come(time: Timestamp, zone: &TimeZone) -> String {
    formatted(
        &instant(time).to_zoned(zone.clone()),
        later("%-d %B %Y at %H:%M"),
    )
}

/// Renders the day of a future time that is far enough off to need no clock time.
pub(super) fn day(time: Timestamp, zone: &TimeZone) -> Markup {
    html! { (formatted(&instant(time).to_zoned(zone.clone()), later("%-d %B %Y"))) }
}

/// Formats the clock time of a future time of today: `14:05`.
pub(super) fn clock(time: Timestamp, zone: &TimeZone) -> String {
    let time = instant(time).to_zoned(zone.clone());
    time.strftime("%H:%M").to_string()
}

/// Formats the weekday of a future time: `Sunday`.
pub(super) fn weekday(time: Timestamp, zone: &TimeZone) -> String {
    formatted(&instant(time).to_zoned(zone.clone()), later("%A"))
}

/// Returns the day of a time.
pub(super) fn date(time: Timestamp, zone: &TimeZone) -> Date {
    instant(time).to_zoned(zone.clone()).date()
}

/// Returns the beginning of the day after a time. At the end of the calendar that is the time itself.
pub(super) fn next_midnight(time: Timestamp, zone: &TimeZone) -> Timestamp {
    let today = instant(time).to_zoned(zone.clone());
    let next = today.tomorrow().and_then(|day| day.start_of_day());
    next.map_or(time, |next| Timestamp(next.timestamp().as_millisecond()))
}

/// Formats the year of a time.
pub(super) fn year(time: Timestamp, zone: &TimeZone) -> String {
    let time = instant(time).to_zoned(zone.clone());
    time.strftime("%Y").to_string()
}

/// Formats a day without its year: `1 May`.
pub(super) fn day_of_year(time: Timestamp, zone: &TimeZone) -> String {
    formatted(&instant(time).to_zoned(zone.clone()), later("%-d %B"))
}

/// Formats a day for file names: `2026-05-01`.
pub(crate) fn file_day(time: Timestamp, zone: &TimeZone) -> String {
    let time = instant(time).to_zoned(zone.clone());
    time.strftime("%Y-%m-%d").to_string()
}

/// Formats a time by a pattern of `strftime`, in the language of the page. The pattern is translated, and then the names in
/// it, as the calendar knows English names only.
fn formatted(time: &Zoned, pattern: &'static str) -> String {
    let pattern = say(pattern);
    if spoken() == Language::English {
        return time.strftime(pattern).to_string();
    }
    let month = MONTHS[time.month().unsigned_abs() as usize - 1];
    let weekday = WEEKDAYS[time.weekday().to_monday_zero_offset().unsigned_abs() as usize];
    let pattern = pattern.replace("%B", say(month));
    let pattern = pattern.replace("%A", say(weekday));
    time.strftime(&pattern).to_string()
}

/// Converts a time. One outside the range of the calendar becomes the Unix epoch.
fn instant(time: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(time.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}

/// Returns the time at which a day begins in a time zone. Days that no clock has are far in the past or the future.
pub(crate) fn start_of(day: CalendarDay, zone: &TimeZone) -> Timestamp {
    let date = Date::new(day.year, day.month, day.day);
    let zoned = date.and_then(|date| date.to_zoned(zone.clone()));
    match zoned {
        Ok(zoned) => Timestamp(zoned.timestamp().as_millisecond()),
        Err(_) if day.year < 1970 => Timestamp(i64::MIN),
        Err(_) => Timestamp(i64::MAX),
    }
}
