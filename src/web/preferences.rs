use std::time::Duration;

use crate::{
    app::App,
    error::{Error, Result},
    http::{CookieKind, Request, Response},
    model::{Theme, User},
};

/// A year: as long as browsers keep a cookie.
const THEME_AGE: Duration = Duration::from_hours(8760);

pub(crate) fn set_theme(app: &App, request: &Request, _: Option<&User>) -> Result<Response> {
    let theme: Theme = request
        .form
        .get("theme")
        .parse()
        .map_err(|()| Error::BadRequest("The theme can be system, light or dark.".into()))?;
    let cookie = app
        .cookies
        .set(CookieKind::Theme, theme.name(), Some(THEME_AGE));
    let next = request.next(&app.base).unwrap_or_else(|| app.base.url("/"));
    Ok(Response::see_other(next).header("Set-Cookie", cookie))
}
