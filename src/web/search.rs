//! The page of a search.

use jiff::{civil::Date, tz::TimeZone};

use super::{
    Context, Member,
    rivers::{self, Listing},
};
use crate::{
    error::Result,
    http::Response,
    model::{CalendarDay, RiverPage, SearchQuery, Slice, Timestamp, search_path},
    store::{
        Snapshot,
        search::{self, Searcher},
    },
    views,
};

pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    let query = query(cx);
    if query.is_empty() {
        return cx.page(|layout| views::search::empty(layout, &query));
    }
    let listing = Listing {
        topic: None,
        path: search_path(query.as_typed()),
        empty: "Nothing found.",
    };
    rivers::list_with_marks(
        cx,
        listing,
        Some(&query),
        |conn, _, slice| page(cx, conn, &query, slice),
        |layout, river| views::search::page(layout, &query, river),
    )
}

/// Returns the search that the address names. Whatever it is, it is a search.
pub(super) fn query(cx: &Context<'_, Member>) -> SearchQuery {
    SearchQuery::parse(cx.request.query.get("q"))
}

/// Reads a page of what the user finds.
pub(super) fn page(
    cx: &Context<'_, Member>,
    conn: &Snapshot,
    query: &SearchQuery,
    slice: Slice,
) -> Result<RiverPage> {
    let pending = cx.app.seen.all_of(cx.user.id);
    let searcher = Searcher {
        viewer: cx.user.id,
        start_of: &|day| start_of(day, &cx.app.zone),
        pending: &pending,
    };
    search::page(conn, query, &searcher, slice)
}

/// Returns the time at which a day begins in a time zone. Days that no clock has are far in the past or the future.
fn start_of(day: CalendarDay, zone: &TimeZone) -> Timestamp {
    let date = Date::new(day.year, day.month, day.day);
    let zoned = date.and_then(|date| date.to_zoned(zone.clone()));
    match zoned {
        Ok(zoned) => Timestamp(zoned.timestamp().as_millisecond()),
        Err(_) if day.year < 1970 => Timestamp(i64::MIN),
        Err(_) => Timestamp(i64::MAX),
    }
}
