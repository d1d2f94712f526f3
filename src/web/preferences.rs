//! Preferences that a browser keeps in a cookie.

use std::time::Duration;

use super::{Anyone, Context};
use crate::{
    error::{Error, Result},
    http::{CookieKind, Response},
    model::Theme,
};

/// A year: as long as browsers keep a cookie.
pub(super) const PREFERENCE_AGE: Duration = Duration::from_hours(8760);

pub(crate) fn set_theme(cx: &Context<'_, Anyone>) -> Result<Response> {
    let theme: Theme = cx
        .typed("theme")
        .parse()
        .map_err(|()| Error::BadRequest("The theme can be system, light or dark.".into()))?;
    let cookies = &cx.app.cookies;
    let cookie = cookies.set(CookieKind::Theme, theme.name(), Some(PREFERENCE_AGE));
    Ok(cx.next_or("/").header("Set-Cookie", cookie))
}
