//! One function for each route: read the request, ask the store, show a view.

pub(crate) mod assets;
pub(crate) mod errors;
pub(crate) mod events;
pub(crate) mod feeds;
pub(crate) mod posts;
pub(crate) mod preferences;
pub(crate) mod relationships;
pub(crate) mod sessions;
pub(crate) mod users;

use crate::{
    app::App,
    auth::FormToken,
    http::{Flash, Request},
    model::{Problems, User},
    routes,
    views::{Drawing, Filled, Frame},
};

/// A fresh token for the forms of the page that answers this request.
fn form_token(app: &App, request: &Request) -> FormToken {
    app.form_key.token(&routes::browser(request))
}

fn drawing<'a>(app: &'a App, user: Option<&User>, form_token: &'a FormToken) -> Drawing<'a> {
    Drawing {
        viewer: user.map(|user| user.id),
        base: &app.base,
        zone: &app.zone,
        form_token,
    }
}

fn frame<'a>(
    app: &'a App,
    request: &'a Request,
    user: Option<&'a User>,
    form_token: &'a FormToken,
) -> Frame<'a> {
    // Only what can be asked for again is a place to come back to.
    let here = if request.is_safe() {
        &request.target
    } else {
        "/"
    };
    Frame {
        site_name: &app.config.site.name,
        user,
        drawing: drawing(app, user, form_token),
        here: app.base.url_encoded(here),
        flash: request.flash.map(Flash::text),
        theme: request.theme,
    }
}

/// A form as the request filled it in, with what is wrong with it.
fn filled<'a>(value: &'a dyn Fn(&str) -> &'a str, problems: &'a Problems) -> Filled<'a> {
    Filled { value, problems }
}
