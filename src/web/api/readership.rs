//! Who would see a post.

use super::posts::destinations;
use crate::{
    error::Result,
    http::Response,
    model::Destinations,
    store::readership::of_destinations,
    views,
    web::{Context, Member},
};

/// Names who would see a post with these destinations.
pub(crate) fn preview(cx: &Context<'_, Member>) -> Result<Response> {
    let to = destinations(&cx.json()?)?.unwrap_or_else(Destinations::own);
    let readership = cx.read(|conn| of_destinations(conn, cx.user.id, &to))?;
    let json = views::readership::json(&readership, &cx.app.base);
    Ok(Response::json(200, &json))
}
