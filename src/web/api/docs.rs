use serde_json::json;

use crate::{
    app::App,
    assets,
    error::Result,
    http::{Request, Response},
    model::User,
    views,
    web::{frame, tokens},
};

/// OpenAPI 3.1, for programs.
pub(crate) fn description(app: &App, _: &Request, _: Option<&User>) -> Result<Response> {
    Ok(Response::json(200, &here(app)?).replace_header("Cache-Control", "no-cache"))
}

/// The same, for people.
pub(crate) fn page(app: &App, request: &Request, user: Option<&User>) -> Result<Response> {
    let tokens = tokens(app, request);
    let frame = frame(app, request, user, &tokens)?;
    Ok(Response::page(views::docs::page(&frame, &here(app)?)))
}

/// The description, with the address that this site has.
fn here(app: &App) -> Result<serde_json::Value> {
    let mut description = assets::description()?;
    description["servers"] = json!([{ "url": app.base.url("/api/v1") }]);
    Ok(description)
}
