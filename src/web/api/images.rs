//! Pictures for posts that are still to be written.

use super::requests;
use crate::{
    error::{Error, Result},
    http::{Response, Upload},
    model::{AltText, IdempotencyKey},
    store::images,
    views,
    web::{Context, Member, uploads},
};

pub(crate) fn create(cx: &Context<'_, Member>) -> Result<Response> {
    let alt = AltText::parse(cx.typed("alt"));
    let alt = alt.map_err(|problem| Error::invalid("alt", problem))?;
    let mut files = uploads::files(cx.request);
    let file = match (files.next(), files.next()) {
        (Some(file), None) => file,
        (None, _) => return Err(Error::invalid(uploads::FIELD, "This field is required.")),
        _ => {
            return Err(Error::invalid(
                uploads::FIELD,
                "Send one picture at a time.",
            ));
        }
    };
    let key = idempotency_key(cx, file, &alt)?;
    let earlier = cx.read(|conn| images::sent(conn, cx.user.id, key))?;
    let id = if let Some(earlier) = earlier {
        earlier
    } else {
        uploads::check_room(cx, None)?;
        uploads::keep(cx, file, alt, key)?
    };
    let image = cx.read(|conn| images::own(conn, cx.user.id, id))?;
    let image = views::images::json(&image, &cx.app.base);
    Ok(Response::json(201, &image).header("Location", image.url.clone()))
}

/// Returns what a key stands for: the description, and what the file holds. Without a key the file is not read.
fn idempotency_key(
    cx: &Context<'_, Member>,
    file: &Upload,
    alt: &AltText,
) -> Result<Option<IdempotencyKey>> {
    if cx.request.idempotency_key.is_none() {
        return Ok(None);
    }
    let digest = file.digest().map_err(Error::internal)?;
    requests::idempotency_key(cx, &format!("{}\0{digest}", alt.as_str()))
}
