//! The description of the API: OpenAPI 3.1 for programs, and a page for people.

use serde_json::{Value, json};

use crate::{
    app::App,
    assets,
    error::Result,
    http::Response,
    views,
    web::{Anyone, Context},
};

/// Returns the description for programs.
pub(crate) fn description(cx: &Context<'_, Anyone>) -> Result<Response> {
    Ok(Response::json(200, &here(cx.app)?).replace_header("Cache-Control", "no-cache"))
}

/// Shows the description to people.
pub(crate) fn page(cx: &Context<'_, Anyone>) -> Result<Response> {
    let description = here(cx.app)?;
    cx.page(|layout| views::docs::page(layout, &description))
}

/// Returns the description with the address of this site.
fn here(app: &App) -> Result<Value> {
    let mut description = assets::description()?;
    description["servers"] = json!([{ "url": app.base.url("/api/v1") }]);
    Ok(description)
}
