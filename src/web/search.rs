//! The page of a search.

use std::cell::{Cell, RefCell};

use super::{
    Context, Member,
    rivers::{self, Listing},
};
use crate::{
    app::App,
    error::Result,
    http::{FetchPurpose, Method, Response},
    model::{RiverPage, SearchQuery, Slice, Topic, UserId, search_path},
    store::{
        Snapshot,
        search::{self, Searcher},
    },
    views::{self, times},
    words::say,
};

pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    let query = query(cx);
    if query.is_empty() {
        return cx.page_of(
            |conn| search::kept(conn, cx.user.id),
            |layout, kept| views::search::empty(layout, &query, &kept),
        );
    }
    let listing = Listing {
        topic: Some(Topic::Search(query.as_typed().to_owned())),
        path: search_path(query.as_typed()),
        empty: say("Nothing found."),
    };
    let (kept, read_up_to) = (RefCell::default(), Cell::default());
    let answer = rivers::list_with_marks(
        cx,
        listing,
        Some(&query),
        |conn, _, slice| {
            let page = page(cx, conn, &query, slice)?;
            kept.replace(search::kept(conn, cx.user.id)?);
            if slice.before.is_none() {
                read_up_to.set(search::to_mark(conn, cx.user.id, &query, &page)?);
            }
            Ok(page)
        },
        |layout, river| views::search::page(layout, &query, &kept.borrow(), river),
    )?;
    let is_shown = cx.request.method == Method::Get && cx.request.purpose == FetchPurpose::Show;
    if let Some(up_to) = read_up_to.get().filter(|_| is_shown) {
        let owner = cx.user.id;
        // Somebody who looks while the disk is full is told the same news again.
        let _ = cx.write(move |tx| search::mark(tx, owner, &query, up_to));
    }
    Ok(answer)
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
    searching(cx, |searcher| search::page(conn, query, searcher, slice))
}

/// Searches as the caller.
pub(super) fn searching<T>(
    cx: &Context<'_, Member>,
    search: impl FnOnce(&Searcher<'_>) -> Result<T>,
) -> Result<T> {
    searching_as(cx.app, cx.user.id, search)
}

/// Searches as a person.
pub(super) fn searching_as<T>(
    app: &App,
    viewer: UserId,
    search: impl FnOnce(&Searcher<'_>) -> Result<T>,
) -> Result<T> {
    search(&Searcher {
        viewer,
        start_of: &|day| times::start_of(day, &app.zone),
        pending: &app.seen.all_of(viewer),
    })
}
