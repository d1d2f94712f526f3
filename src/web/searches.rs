//! Searches that a person keeps.

use super::{Context, Member, search::searching};
use crate::{
    error::Result,
    http::Response,
    model::{KeptSearch, NewSearch, Problems, SearchId, search_path},
    store::{Snapshot, search},
    views,
};

/// Shows the searches of the caller, with marks on those that find something new.
pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    again(cx, &Problems::default())
}

/// Shows the searches again, after one was refused.
pub(crate) fn again(cx: &Context<'_, Member>, problems: &Problems) -> Result<Response> {
    cx.page_of(
        |conn| kept(cx, conn),
        |layout, (searches, news)| views::searches::index(layout, &searches, &news, problems),
    )
}

/// Reads the searches of the caller, and which of them find something new.
fn kept(cx: &Context<'_, Member>, conn: &Snapshot) -> Result<(Vec<KeptSearch>, Vec<SearchId>)> {
    let news = searching(cx, |searcher| {
        cx.app.search_news.of(conn, searcher, cx.now())
    })?;
    Ok((search::kept(conn, cx.user.id)?, news))
}

/// Keeps a search.
pub(crate) fn create(cx: &Context<'_, Member>) -> Result<Response> {
    let (owner, new) = (cx.user.id, NewSearch::parse(|name| cx.typed(name))?);
    let path = search_path(new.query.as_typed());
    cx.write(move |tx| search::keep(tx, owner, &new))?;
    let next = cx.next();
    Ok(Response::see_other(
        next.unwrap_or_else(|| cx.app.base.url_encoded(&path)),
    ))
}

pub(crate) fn delete(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("id", |tx, owner, id: SearchId| {
        search::delete(tx, owner, id)
    })?;
    Ok(cx.next_or("/searches"))
}
