//! Searches.

use super::requests::slice;
use crate::{
    error::Result,
    http::Response,
    model::Slice,
    views,
    web::{Context, Member, search},
};

pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    let ((before, size), query) = (slice(cx)?, search::query(cx));
    let slice = Slice {
        before,
        size,
        now: cx.now(),
    };
    let page = cx.read(|conn| {
        let page = search::page(cx, conn, &query, slice)?;
        cx.river_with_unread(conn, page)
    })?;
    let mut page = views::posts::page_json(&page.posts, &cx.app.base);
    page.remarks = Some(&query.remarks);
    Ok(Response::json(200, &page))
}
