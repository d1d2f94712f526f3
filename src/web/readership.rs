//! Who can see a post, before it is written and after, and why somebody sees it.

use super::{Context, Member, destinations};
use crate::{
    error::Result,
    http::Response,
    model::{PostId, Problems},
    store::{
        self,
        posts::Shape,
        readership::{cause, of_destinations, of_post},
    },
    views,
};

/// Names who will see a post that is being written, as a part of its form, or as JSON for those who ask for it.
pub(crate) fn preview(cx: &Context<'_, Member>) -> Result<Response> {
    let mut problems = Problems::default();
    let Some(to) = destinations::chosen(cx, &mut problems) else {
        return Err(problems.into());
    };
    let readership = cx.read(|conn| of_destinations(conn, cx.user.id, &to))?;
    if cx.request.wants_json {
        let json = views::readership::json(&readership, &cx.app.base);
        return Ok(Response::json(200, &json));
    }
    Ok(cx.fragment(200, |render| views::readership::line(&readership, render)))
}

/// Shows who can see a post, to its author.
pub(crate) fn show(cx: &Context<'_, Member>) -> Result<Response> {
    let id: PostId = cx.param("id")?;
    cx.page_of(
        |conn| {
            let readership = of_post(conn, cx.user.id, id)?;
            let post = store::posts::find(conn, cx.user.id, id, Shape::Folded)?;
            Ok((post, readership))
        },
        |layout, (post, readership)| views::readership::page(layout, &post, &readership),
    )
}

/// Shows why the user sees a post.
pub(crate) fn why(cx: &Context<'_, Member>) -> Result<Response> {
    let id: PostId = cx.param("id")?;
    cx.page_of(
        |conn| {
            let cause = cause(conn, cx.user.id, id)?;
            let post = store::posts::find(conn, cx.user.id, id, Shape::Folded)?;
            Ok((post, cause))
        },
        |layout, (post, cause)| views::readership::why(layout, &post, &cause),
    )
}
