//! What the user hides.

use serde_json::json;

use crate::{
    error::Result,
    http::{Json, Response},
    model::{HideTarget, NewHide, Problems},
    store::hides,
    views,
    web::{Context, Member},
};

/// The fields of a hide.
const FIELDS: [&str; 4] = ["kind", "value", "for", "where"];

/// Returns everything that is hidden now, the newest first. There is one page: the number of hides is limited.
pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    let listed = cx.read(|conn| hides::list(conn, cx.user.id, cx.now()))?;
    let listed = listed
        .iter()
        .map(|one| views::hides::json(one, &cx.app.base));
    let listed: Vec<_> = listed.collect();
    Ok(Response::json(200, &json!({ "hidden": listed })))
}

pub(crate) fn create(cx: &Context<'_, Member>) -> Result<Response> {
    let sent = cx.json()?;
    check(&sent)?;
    let new = NewHide::parse(|name| sent.text(name).unwrap_or_default())?;
    let by = cx.user.id;
    cx.write(move |tx| hides::hide(tx, by, &new))?;
    Ok(Response::empty(204))
}

pub(crate) fn delete(cx: &Context<'_, Member>) -> Result<Response> {
    let sent = cx.json()?;
    check(&sent)?;
    let target = HideTarget::parse(|name| sent.text(name).unwrap_or_default())?;
    let by = cx.user.id;
    cx.write(move |tx| hides::unhide(tx, by, &target))?;
    Ok(Response::empty(204))
}

/// Checks that the fields are texts.
fn check(sent: &Json) -> Result<()> {
    let mut problems = Problems::default();
    for field in FIELDS {
        problems.check(field, sent.text(field));
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems.into())
    }
}
