use super::{api, bare_frame, frame, tokens};
use crate::{
    app::App,
    error::Error,
    http::{Request, Response, is_for_programs},
    log,
    model::User,
    routes, views,
};

/// The one place where an error becomes an answer and, if it is ours, a line in the log.
pub(crate) fn draw(app: &App, request: &Request, user: Option<&User>, error: &Error) -> Response {
    if let Error::Internal(cause) = error {
        app.log.error(
            "a request failed",
            &[
                ("method", &request.method),
                ("path", &log::path(&request.path)),
                ("cause", cause),
            ],
        );
    }
    let response = match error {
        // Browsers never come back from a 503, but they do from this.
        _ if error.status() >= 500 && is_stream(&request.path) => {
            return Response::bytes(&b"retry: 30000\n\n"[..])
                .header("Content-Type", "text/event-stream; charset=utf-8")
                .header("Cache-Control", "no-store");
        }
        Error::SignInRequired if is_page(request) => return sign_in(app, request),
        Error::ConfirmationRequired if is_page(request) => return confirm(app, request),
        _ if !is_page(request) => {
            let response = plain(&request.path, error);
            // A program with a token, for which there is a picture outside of the API.
            let has_token = request.access.is_some() && !request.is_for_programs();
            return if has_token {
                api::errors::with_challenge(response, error)
            } else {
                response
            };
        }
        _ => {
            let tokens = tokens(app, request);
            // The page that says that the database cannot be read cannot read it.
            let frame = frame(app, request, user, &tokens)
                .unwrap_or_else(|_| bare_frame(app, request, user, &tokens, None));
            let page = match error {
                Error::Forged => {
                    views::errors::repeat(&frame, error, &request.target, request.form.iter())
                }
                error => views::errors::page(&frame, error, written(request)),
            };
            Response::page(page).status(error.status())
        }
    };
    with_advice(response, error)
}

/// Without a page: in words, or in JSON for programs.
pub(crate) fn plain(path: &str, error: &Error) -> Response {
    let response = if is_for_programs(path) {
        api::errors::draw(error)
    } else {
        Response::text(error.status(), &error.to_string())
    };
    with_advice(response, error)
}

/// What a client may do next, in headers.
pub(crate) fn with_advice(response: Response, error: &Error) -> Response {
    match error {
        Error::MethodNotAllowed(allowed) => response.header("Allow", allowed),
        Error::Busy { retry_after } | Error::TooManyAttempts { retry_after } => {
            response.header("Retry-After", retry_after.to_string())
        }
        Error::StorageUnavailable(_) => response.header("Retry-After", "5"),
        _ => response,
    }
}

/// What somebody wrote who is told that it cannot be taken.
fn written(request: &Request) -> &str {
    let fields = ["message", "comment"].map(|field| request.form.get(field));
    fields
        .into_iter()
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

/// Scripts and streams get words, people get pages.
fn is_page(request: &Request) -> bool {
    !request.wants_fragment
        && !request.is_for_programs()
        && !["/sse", "/feed", "/assets", "/image/", "/avatar/"]
            .iter()
            .any(|path| request.path.starts_with(path))
}

fn is_stream(path: &str) -> bool {
    path.starts_with("/sse") || path == "/api/v1/events"
}

fn sign_in(app: &App, request: &Request) -> Response {
    let here = if request.is_safe() {
        &request.target
    } else {
        "/"
    };
    ask_first(app, "/login", &app.base.url_encoded(here))
}

/// A form that was refused must be sent once more, so back to the page that it stands on.
fn confirm(app: &App, request: &Request) -> Response {
    let next = if request.is_safe() {
        app.base.url_encoded(&request.target)
    } else {
        let page = request.page_before(&app.base, &routes::own_origins(app, request));
        // The page of a form that was refused before has the address of the form, which is none to go to.
        let page = page.filter(|page| routes::can_be_visited(app.base.strip(page)));
        let page = page.or_else(|| request.next(&app.base));
        page.unwrap_or_else(|| app.base.url("/settings"))
    };
    ask_first(app, "/confirm", &next)
}

fn ask_first(app: &App, form: &str, next: &str) -> Response {
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    Response::see_other(app.base.url_encoded(&format!("{form}?next={next}")))
}
