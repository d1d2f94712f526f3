//! The one place where an error becomes an answer and, if it is our fault, a line in the log.

use super::{Answers, find::can_be_visited, origin};
use crate::{
    error::Error,
    http::{COME_BACK_LATER, CookieKind, Response, is_for_programs},
    log, views,
    web::{
        Anyone, Context, api,
        refused::{WITHOUT_COOKIES, with_advice},
        unsent,
    },
    words,
};

/// Why the token of a form is wrong if the browser sent its cookies.
const OUTDATED: &str = "This page was open for too long, or it belongs to another browser.";

/// Answers an error: a page for people, JSON for programs, and text for scripts, files and streams.
pub(super) fn draw(cx: &Context<'_, Anyone>, answers: Answers, error: &Error) -> Response {
    let request = cx.request;
    if let Error::Internal(cause) = error {
        cx.app.log.error(
            "a request failed",
            &[
                ("method", &request.method),
                ("path", &log::path(&request.path)),
                ("cause", cause),
            ],
        );
    }
    let is_page = answers == Answers::Page && !cx.wants_fragment();
    match error {
        _ if answers == Answers::Stream && error.status() >= 500 => broken_stream(),
        Error::SignInRequired if is_page => sign_in(cx),
        Error::ConfirmationRequired if is_page => confirm(cx),
        _ if is_page => page(cx, error),
        _ => {
            let response = plain(&request.path, error);
            // A program with a token, for which there are pictures outside of the API.
            if cx.caller.is_program() && !request.is_for_programs() {
                api::errors::with_challenge(response, error)
            } else {
                response
            }
        }
    }
}

/// Answers an error without a page: in text, or in JSON for programs.
pub(crate) fn plain(path: &str, error: &Error) -> Response {
    let response = if is_for_programs(path) {
        api::errors::draw(error)
    } else {
        Response::text(error.status(), &words::message(&error.to_string()))
    };
    with_advice(response, error)
}

fn page(cx: &Context<'_, Anyone>, error: &Error) -> Response {
    let form = cx.form();
    let draw = |layout: &views::Layout<'_>| match error {
        Error::Forged => {
            let why = if cx.request.cookies.are_missing() {
                WITHOUT_COOKIES
            } else {
                OUTDATED
            };
            views::errors::repeat(layout, error, why, &cx.request.target, form.iter())
        }
        error => views::errors::page(layout, error, unsent::written(cx).1),
    };
    // The page that says that the database cannot be read cannot read it.
    let says_it_itself = matches!(error, Error::StorageUnavailable(_)) && !cx.app.db.is_in_place();
    let page = if says_it_itself {
        cx.bare_page(draw)
    } else {
        cx.page(draw).unwrap_or_else(|_| cx.bare_page(draw))
    };
    with_advice(page.status(error.status()), error)
}

/// Tells a browser when to open the stream again. After a 503 it would never do so.
fn broken_stream() -> Response {
    Response::bytes(COME_BACK_LATER)
        .header("Content-Type", "text/event-stream; charset=utf-8")
        .header("Cache-Control", "no-store")
}

fn sign_in(cx: &Context<'_, Anyone>) -> Response {
    let (base, cookies) = (&cx.app.base, &cx.app.cookies);
    let is_own = || origin::check_before_body(cx).is_ok();
    if cx.request.is_safe() || !is_own() || !unsent::keep(cx) {
        return ask_first(cx, "/login", &base.url_encoded(cx.request.here()));
    }
    let response = ask_first(cx, "/login", &base.url(unsent::PAGE));
    // The text belongs to this browser.
    let visitor = &cx.request.cookies.visitor.name;
    response.header(
        "Set-Cookie",
        cookies.set(CookieKind::Visitor, visitor, None),
    )
}

/// Leads to the form for the password, and from there to where the request came from. A form that was refused must be
/// sent once more, so that is the page with the form.
fn confirm(cx: &Context<'_, Anyone>) -> Response {
    let (request, base) = (cx.request, &cx.app.base);
    let next = if request.is_safe() {
        base.url_encoded(&request.target)
    } else {
        let base_url = cx.app.config.server.base_url.as_ref();
        let page = request.origin.page_before(base, base_url);
        // A form that was refused before is shown at its own address, which cannot be visited.
        let page = page.filter(|page| can_be_visited(base.strip(page)));
        let page = page.or_else(|| cx.next());
        page.unwrap_or_else(|| base.url("/settings"))
    };
    ask_first(cx, "/confirm", &next)
}

fn ask_first(cx: &Context<'_, Anyone>, form: &str, next: &str) -> Response {
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    Response::see_other(cx.app.base.url_encoded(&format!("{form}?next={next}")))
}
