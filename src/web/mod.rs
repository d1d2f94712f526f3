//! One function for each route: read the request, ask the store, show a view.

pub(crate) mod accounts;
pub(crate) mod api;
pub(crate) mod assets;
pub(crate) mod comments;
pub(crate) mod configuration;
pub(crate) mod confirmations;
pub(crate) mod errors;
pub(crate) mod events;
pub(crate) mod exports;
pub(crate) mod images;
pub(crate) mod invitations;
pub(crate) mod journal;
pub(crate) mod likes;
pub(crate) mod links;
pub(crate) mod members;
pub(crate) mod notifications;
pub(crate) mod people;
pub(crate) mod phones;
pub(crate) mod posts;
pub(crate) mod preferences;
pub(crate) mod relationships;
pub(crate) mod rivers;
pub(crate) mod sessions;
pub(crate) mod settings;
pub(crate) mod tokens;
mod uploads;
pub(crate) mod users;
pub(crate) mod warnings;

use crate::{
    app::App,
    auth::FormToken,
    error::{Error, Result},
    http::{Request, Response},
    model::{IdempotencyKey, PostId, Problems, Token, User, Viewer, Warning},
    routes,
    store::{
        Snapshot, events as log, notifications as notices, rivers as lists, warnings as alarms,
    },
    views::{self, Drawing, Filled, FlashBanner, Frame, News},
};

/// Who looks.
fn viewer(user: Option<&User>) -> Viewer {
    user.map_or(Viewer::Guest, |user| user.id.into())
}

/// What the forms of one page carry.
struct Tokens {
    form: FormToken,
    /// New for each page: see [`IdempotencyKey`].
    key: String,
    is_guest: bool,
}

fn tokens(app: &App, request: &Request) -> Tokens {
    Tokens {
        form: app.form_key.token(&routes::browser(request)),
        key: Token::random().as_str()[..FORM_KEY_CHARS].to_owned(),
        is_guest: request.session.is_none(),
    }
}

/// 96 random bits: no two pages have the same.
const FORM_KEY_CHARS: usize = 16;

fn drawing<'a>(app: &'a App, tokens: &'a Tokens) -> Drawing<'a> {
    Drawing {
        base: &app.base,
        zone: &app.zone,
        form_token: &tokens.form,
        idempotency_key: &tokens.key,
        is_guest: tokens.is_guest,
    }
}

/// Drawn before what stands in it is read: what happens in between is in both, and no event is in neither.
fn frame<'a>(
    app: &'a App,
    request: &'a Request,
    user: Option<&'a User>,
    tokens: &'a Tokens,
) -> Result<Frame<'a>> {
    let news = user.map(|user| app.db.read(|conn| news(app, conn, user)));
    let frame = bare_frame(app, request, user, tokens, news.transpose()?);
    Ok(Frame {
        warning: warning(app, request, user)?,
        ..frame
    })
}

/// Asked for only if the session has one.
fn warning(app: &App, request: &Request, user: Option<&User>) -> Result<Option<Warning>> {
    let session = request.session.as_ref();
    match (session, user) {
        (Some(session), Some(user)) if session.has_warning => {
            app.db.read(|conn| alarms::first(conn, user.id))
        }
        _ => Ok(None),
    }
}

/// What is new for a member, and up to which event.
fn news(app: &App, conn: &Snapshot, user: &User) -> Result<News> {
    Ok(News {
        last_event: app.db.epoch().at(log::newest(conn)?),
        unread: notices::unread(conn, user.id)?,
    })
}

/// Without what the database knows.
fn bare_frame<'a>(
    app: &'a App,
    request: &'a Request,
    user: Option<&'a User>,
    tokens: &'a Tokens,
    news: Option<News>,
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
        drawing: drawing(app, tokens),
        here: app.base.url_encoded(here),
        flash: request.flash.map(|flash| FlashBanner {
            text: flash.text(),
            undo_path: flash.undo_path(),
        }),
        theme: request.theme,
        is_admin: request.is_admin(),
        may_invite: invitations::may_invite(app, request),
        news,
        warning: None,
    }
}

/// A form as the request filled it in, with what is wrong with it.
fn filled<'a>(value: &'a dyn Fn(&str) -> &'a str, problems: &'a Problems) -> Filled<'a> {
    Filled { value, problems }
}

/// What tells this form from the same one sent again.
fn idempotency_key(request: &Request, text: &str) -> Option<IdempotencyKey> {
    IdempotencyKey::of_form(request.form.get("form_key"), &request.path, text)
}

/// After a change: the post as it stands in a river now, for the script; or where it is seen.
fn changed(app: &App, request: &Request, user: &User, status: u16, id: PostId) -> Result<Response> {
    let post = app.db.read(|conn| lists::as_at_home(conn, user.id, id))?;
    if !request.wants_fragment {
        let next = request.next(&app.base);
        return Ok(Response::see_other(
            next.unwrap_or_else(|| app.base.url(&post.path())),
        ));
    }
    let tokens = tokens(app, request);
    let article = views::posts::article(&post, &drawing(app, &tokens));
    Ok(Response::fragment(status, article))
}

/// After a deletion: the means to take it back, for the script; or the page it was asked for on.
fn deleted(
    app: &App,
    request: &Request,
    flash: crate::http::Flash,
    otherwise: &str,
) -> Result<Response> {
    if request.wants_fragment {
        let tokens = tokens(app, request);
        let path = flash
            .undo_path()
            .ok_or_else(|| Error::internal("a deletion that stays"))?;
        let form = views::posts::undo(&drawing(app, &tokens), flash.text(), &path);
        return Ok(Response::fragment(200, form));
    }
    let next = request
        .next(&app.base)
        .unwrap_or_else(|| app.base.url(otherwise));
    Ok(Response::see_other(next).flash(&app.cookies, flash))
}
