use super::{frame, tokens};
use crate::{
    app::App,
    config::SETTINGS,
    error::Result,
    http::{Request, Response},
    model::User,
    views::{self, configuration::Shown},
};

/// Every setting as it is, and where that comes from.
pub(crate) fn show(app: &App, request: &Request, user: &User) -> Result<Response> {
    let tokens = tokens(app, request);
    let frame = frame(app, request, Some(user), &tokens)?;
    let shown: Vec<Shown> = SETTINGS
        .iter()
        .map(|setting| Shown {
            key: setting.key,
            value: setting.shown(&app.config),
            origin: app.origins.of(setting.key).to_string(),
        })
        .collect();
    Ok(Response::page(views::configuration::show(&frame, &shown)))
}
