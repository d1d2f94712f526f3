//! Preferences that a browser keeps in a cookie.

use std::time::Duration;

use super::{Anyone, Context};
use crate::{
    error::{Error, Result},
    http::{CookieKind, Response},
    model::{Language, Theme},
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

/// Sets the language of pages in this browser. `auto` leaves it to the browser again.
pub(crate) fn set_language(cx: &Context<'_, Anyone>) -> Result<Response> {
    let cookies = &cx.app.cookies;
    let typed = cx.typed("language");
    let cookie = match typed.parse() {
        Ok(language) => {
            let language: Language = language;
            cookies.set(CookieKind::Language, language.tag(), Some(PREFERENCE_AGE))
        }
        Err(()) if typed == Language::AUTO => cookies.forget(CookieKind::Language),
        Err(()) => {
            let tags = Language::ALL.map(Language::tag).join(" or ");
            let why = format!("The language can be auto, {tags}.");
            return Err(Error::BadRequest(why));
        }
    };
    Ok(cx.next_or("/").header("Set-Cookie", cookie))
}
