//! The home river.

use super::{answers::tagged, requests::slice};
use crate::{
    cache::{AnswerKey, Basis},
    error::Result,
    http::Response,
    model::{Cursor, HomeOrder, Slice},
    store::{self, events, feeds},
    views,
    web::{Context, Member},
};

/// Returns a page of the home river, and the event where its stream begins. The first page is remembered.
pub(crate) fn home(cx: &Context<'_, Member>) -> Result<Response> {
    let (before, size) = slice(cx)?;
    if before.is_some() {
        return draw(cx, before, size).map(|(response, _)| response);
    }
    let key = AnswerKey::HomeJson {
        user: cx.user.id,
        size,
    };
    cx.remembered(key, || draw(cx, before, size))
}

fn draw(cx: &Context<'_, Member>, before: Option<Cursor>, size: u32) -> Result<(Response, Basis)> {
    let mut basis = Basis::of(cx.user.id);
    let (posts, newest) = cx.read(|conn| {
        basis.feeds = feeds::at_home(conn, cx.user.id)?;
        let newest = events::newest(conn)?;
        let slice = Slice {
            before,
            size,
            now: cx.now(),
        };
        let page = store::rivers::home(conn, cx.user.id, HomeOrder::Activity, slice)?;
        Ok((cx.river_with_unread(conn, page)?, newest))
    })?;
    basis.posts = posts.ids();
    basis.until = posts.first_end;
    let mut page = views::posts::page_json(&posts.posts, &cx.app.base);
    page.last_event_id = Some(cx.app.db.epoch().at(newest).to_string());
    Ok((tagged(Response::json(200, &page)), basis))
}
