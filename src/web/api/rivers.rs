//! The home river.

use super::{answers::tagged, requests::slice};
use crate::{
    cache::{AnswerKey, Basis},
    error::{Error, Result},
    http::Response,
    model::{HomeOrder, Slice},
    store::{self, events, feeds},
    views,
    web::{Context, Member},
};

/// Returns a page of the home river, and the event where its stream begins. The first page by activity is remembered.
///
/// # Errors
/// `BadRequest` if there is no such order, besides those of [`slice`].
pub(crate) fn home(cx: &Context<'_, Member>) -> Result<Response> {
    let (before, size) = slice(cx)?;
    let order = order(cx)?;
    let slice = Slice {
        before,
        size,
        now: cx.now(),
    };
    if before.is_some() || order == HomeOrder::Date {
        return draw(cx, order, slice).map(|(response, _)| response);
    }
    let key = AnswerKey::HomeJson {
        user: cx.user.id,
        size,
    };
    cx.remembered(key, || draw(cx, order, slice))
}

fn order(cx: &Context<'_, Member>) -> Result<HomeOrder> {
    let query = &cx.request.query;
    if !query.has("order") {
        return Ok(HomeOrder::Activity);
    }
    let order = query.get("order").parse();
    order.map_err(|()| Error::BadRequest("order is activity or date.".into()))
}

fn draw(cx: &Context<'_, Member>, order: HomeOrder, slice: Slice) -> Result<(Response, Basis)> {
    let mut basis = Basis::of(cx.user.id);
    let (posts, newest) = cx.read(|conn| {
        basis.feeds = feeds::at_home(conn, cx.user.id)?;
        let newest = events::newest(conn)?;
        let page = store::rivers::home(conn, cx.user.id, order, slice)?;
        Ok((cx.river_with_unread(conn, page)?, newest))
    })?;
    basis.posts = posts.ids();
    basis.until = posts.first_end;
    let mut page = views::posts::page_json(&posts.posts, &cx.app.base);
    page.last_event_id = Some(cx.app.db.epoch().at(newest).to_string());
    Ok((tagged(Response::json(200, &page)), basis))
}
