//! Posts from the same calendar day in earlier years.

use jiff::{civil::Date, tz::TimeZone};

use super::{
    Context, Member,
    rivers::{self, Listing},
};
use crate::{
    error::Result,
    http::Response,
    model::{DaySpan, Timestamp},
    store, views,
    words::say,
};

/// The most earlier years that are looked at.
const YEARS_MAX: i16 = 40;

pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    let listing = Listing {
        topic: None,
        path: "/on-this-day".into(),
        empty: say(
            "Nothing was written on this day in earlier years by you or by people you follow.",
        ),
    };
    let (now, zone) = (cx.now(), &cx.app.zone);
    let intro = views::rivers::this_day_intro(now, zone);
    rivers::list(
        cx,
        listing,
        |conn, _, slice| {
            let days = in_earlier_years(now, zone);
            store::rivers::this_day(conn, cx.user.id, &days, slice)
        },
        |layout, river| views::rivers::list(layout, say("On this day"), Some(&intro), None, river),
    )
}

/// Returns the calendar day of a time, in a time zone.
pub(super) fn today(now: Timestamp, zone: &TimeZone) -> Option<DaySpan> {
    span(date(now, zone)?, zone)
}

/// Returns the same calendar day of earlier years, the latest year first. The 29th of February has one in leap years.
pub(super) fn in_earlier_years(now: Timestamp, zone: &TimeZone) -> Vec<DaySpan> {
    let Some(today) = date(now, zone) else {
        return Vec::new();
    };
    let years = (1..=YEARS_MAX).filter_map(|back| {
        let year = today.year().checked_sub(back)?;
        span(Date::new(year, today.month(), today.day()).ok()?, zone)
    });
    years.collect()
}

fn date(now: Timestamp, zone: &TimeZone) -> Option<Date> {
    let now = jiff::Timestamp::from_millisecond(now.0).ok()?;
    Some(now.to_zoned(zone.clone()).date())
}

/// Returns the time from the beginning of a day to that of the next one: 23 hours when the clocks go forward.
fn span(date: Date, zone: &TimeZone) -> Option<DaySpan> {
    let begins = |date: Date| {
        let begins = date.to_zoned(zone.clone()).ok()?;
        Some(Timestamp(begins.timestamp().as_millisecond()))
    };
    Some(DaySpan {
        begins: begins(date)?,
        ends: begins(date.tomorrow().ok()?)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        let time: jiff::Timestamp = text.parse().expect("a time");
        Timestamp(time.as_millisecond())
    }

    #[test]
    fn a_day_is_that_of_the_time_zone() {
        let east = TimeZone::fixed(jiff::tz::offset(2));
        let now = at("2026-05-01T22:30:00Z");
        let utc = in_earlier_years(now, &TimeZone::UTC);
        assert_eq!(utc.len(), YEARS_MAX as usize);
        assert_eq!(utc[0].begins, at("2025-05-01T00:00:00Z"));
        assert_eq!(utc[0].ends, at("2025-05-02T00:00:00Z"));
        assert_eq!(utc[1].begins, at("2024-05-01T00:00:00Z"));
        let there = in_earlier_years(now, &east);
        assert_eq!(there[0].begins, at("2025-05-01T22:00:00Z"));
        assert_eq!(
            today(now, &east).map(|day| day.begins),
            Some(at("2026-05-01T22:00:00Z"))
        );
    }

    #[test]
    fn the_last_day_of_february_has_one_in_leap_years() {
        let days = in_earlier_years(at("2028-02-29T12:00:00Z"), &TimeZone::UTC);
        assert_eq!(days[0].begins, at("2024-02-29T00:00:00Z"));
        assert_eq!(days.len(), 10);
        let days = in_earlier_years(at("2027-02-28T12:00:00Z"), &TimeZone::UTC);
        assert_eq!(days[2].ends, at("2024-02-29T00:00:00Z"));
    }

    #[test]
    fn a_time_outside_of_the_calendar_has_no_days() {
        for now in [i64::MIN, i64::MAX] {
            assert_eq!(in_earlier_years(Timestamp(now), &TimeZone::UTC), []);
            assert_eq!(today(Timestamp(now), &TimeZone::UTC), None);
        }
    }
}
