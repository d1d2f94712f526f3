//! Times as people and machines read them.

use jiff::tz::TimeZone;
use maud::{Markup, html};

use crate::model::Timestamp;

/// RFC 3339 in UTC, to the second.
pub(super) fn rfc3339(time: Timestamp) -> String {
    instant(time).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The absolute time; the script turns it into "5 minutes ago".
pub(super) fn time(time: Timestamp, zone: &TimeZone) -> Markup {
    let shown = to_come(time, zone);
    html! { time datetime=(rfc3339(time)) title=(shown) { (shown) } }
}

/// The same of a time that is to come, which the script leaves alone: it counts how long something is ago.
pub(super) fn to_come(time: Timestamp, zone: &TimeZone) -> String {
    instant(time)
        .to_zoned(zone.clone())
        .strftime("%-d %B %Y at %H:%M")
        .to_string()
}

/// The day of a time to come, which nobody wants to have counted in minutes.
pub(super) fn day(time: Timestamp, zone: &TimeZone) -> Markup {
    let day = instant(time).to_zoned(zone.clone()).strftime("%-d %B %Y");
    html! { (day.to_string()) }
}

/// The day of a time, as it is written in the names of files.
pub(crate) fn file_day(time: Timestamp, zone: &TimeZone) -> String {
    let time = instant(time).to_zoned(zone.clone());
    time.strftime("%Y-%m-%d").to_string()
}

/// A time outside of the years that calendars know is drawn as the epoch.
fn instant(time: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(time.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}
