//! The best posts of some days.

use super::requests::slice;
use crate::{
    error::Result,
    http::Response,
    model::Page,
    store, views,
    web::{Context, Member, best::days},
};

pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    let (since, (_, size)) = (cx.now().minus(days(cx)?.duration()), slice(cx)?);
    let page = cx.read(|conn| {
        let items = store::rivers::best(conn, cx.user.id, since, size)?;
        cx.page_with_unread(conn, Page { items, next: None })
    })?;
    Ok(Response::json(
        200,
        &views::posts::page_json(&page, &cx.app.base),
    ))
}
