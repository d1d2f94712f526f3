//! The caller's lists.

use super::requests::slice;
use crate::{
    error::Result,
    http::Response,
    model::{ListSlug, Slice},
    store::{self, lists},
    views,
    web::{Context, Member},
};

pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    let mut all = Vec::new();
    cx.read(|conn| {
        lists::each_own(conn, cx.user.id, &mut |list| {
            all.push(list);
            Ok(())
        })
    })?;
    Ok(Response::json(
        200,
        &views::lists::page_json(&all, &cx.app.base),
    ))
}

/// Returns a page of the posts in a list.
///
/// # Errors
/// `NotFound` if the caller has no such list.
pub(crate) fn posts(cx: &Context<'_, Member>) -> Result<Response> {
    let slug: ListSlug = cx.param("slug")?;
    let (before, size) = slice(cx)?;
    let posts = cx.read(|conn| {
        let list = lists::find(conn, cx.user.id, &slug)?;
        let slice = Slice {
            before,
            size,
            now: cx.now(),
        };
        let page = store::rivers::of_list(conn, cx.user.id, list.id, slice)?;
        cx.river_with_unread(conn, page)
    })?;
    Ok(Response::json(
        200,
        &views::posts::page_json(&posts.posts, &cx.app.base),
    ))
}
