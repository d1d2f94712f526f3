//! The way of a request: the guard, the checks, the handler, and what is shown if something goes wrong.

use super::{
    Again, Answers, BodyKind, Handler, Route, Run, bodies, errors, find, guard, origin, session,
};
use crate::{
    app::App,
    error::{Error, Result},
    http::{CookieKind, Request, Response},
    web::{Anyone, Audience, Caller, Context, api, refused},
    words,
};

/// Answers a request. `found` is its route, or why there is none.
pub(crate) fn answer(app: &App, request: &Request, found: Result<&'static Route>) -> Response {
    let _language = words::speak(request.language());
    let route = found.as_ref().ok().copied();
    let (caller, known) = match guard::caller(app, request, route) {
        Ok(caller) => (caller, Ok(())),
        Err(error) => (Caller::Guest, Err(error)),
    };
    let pattern = route.map_or("", |route| route.path);
    let cx = Context::new(app, request, &caller, pattern);
    let result = known.and_then(|()| match found {
        Ok(route) => run(&cx, route),
        Err(Error::NotFound) if let Some(page) = page_without_slash(request) => {
            Ok(Response::moved(app.base.url_encoded(&page)))
        }
        Err(error) => Err(guard::unknown(&cx, error)),
    });
    let response = match result {
        // The door alone reads this one.
        Ok(response) if request.announced.is_some() && response.status == 204 => {
            return Response::empty(204);
        }
        Ok(response) => response,
        Err(error) => errors::draw(&cx, answers(route, request), &error),
    };
    let response = if request.is_for_programs() {
        api::answers::finish(request, response)
    } else {
        remembered(&cx, response)
    };
    session::renewed(&cx, response)
}

/// Returns the address of a page that was asked for with a slash too many, such as `/post/7/`.
fn page_without_slash(request: &Request) -> Option<String> {
    let path = request.path.strip_suffix('/')?;
    let route = find::find(&request.method, path).ok()?;
    let is_page = request.is_safe() && route.answers == Answers::Page;
    let query = request.target[request.path.len()..].to_owned();
    is_page.then(|| format!("{path}{query}"))
}

fn answers(route: Option<&Route>, request: &Request) -> Answers {
    route.map_or_else(
        || find::answers_beside(&request.path),
        |route| route.answers,
    )
}

/// Hands the request to the audience of its handler.
fn run(cx: &Context<'_, Anyone>, route: &Route) -> Result<Response> {
    if !matches!(route.handler, Handler::Probe(_)) {
        origin::check_host(cx)?;
    }
    match route.handler {
        Handler::Probe(run) | Handler::Anyone(run) => handled(cx, route, run, None),
        Handler::AnyoneForm(run, again) => handled(cx, route, run, Some(again)),
        Handler::Reader(run) => handled(&guard::reader(cx)?, route, run, None),
        Handler::Member(run) => handled(&guard::member(cx)?, route, run, None),
        Handler::MemberForm(run, again) => handled(&guard::member(cx)?, route, run, Some(again)),
        Handler::Fresh(run) => handled(&guard::fresh(cx)?, route, run, None),
        Handler::FreshForm(run, again) => handled(&guard::fresh(cx)?, route, run, Some(again)),
        Handler::Admin(run) => handled(&guard::admin(cx)?, route, run, None),
        Handler::AdminForm(run, again) => handled(&guard::admin(cx)?, route, run, Some(again)),
    }
}

/// Calls a handler, if nothing is wrong with the request itself. A form that is refused is shown again.
fn handled<Who: Audience>(
    cx: &Context<'_, Who>,
    route: &Route,
    run: Run<Who>,
    again: Option<Again<Who>>,
) -> Result<Response> {
    if let Some(bytes) = cx.request.announced {
        return bodies::check_announced(cx, route, bytes);
    }
    let result = check(cx, route).and_then(|()| run(cx));
    match (result, again) {
        (Err(error), Some(again)) => refused::show(cx, error, |problems| again(cx, problems)),
        (result, _) => result,
    }
}

/// Checks the body of a request, and that this site let its user send it.
fn check<Who: Audience>(cx: &Context<'_, Who>, route: &Route) -> Result<()> {
    let request = cx.request;
    if let Some(fault) = &request.body.fault {
        return Err(Error::from(fault.clone()));
    }
    if request.is_safe() {
        return Ok(());
    }
    origin::check_forgery(cx)?;
    match route.body {
        _ if !request.is_for_programs() => Ok(()),
        BodyKind::Message => Ok(()),
        BodyKind::Text => request.body.content.check_kind(),
        BodyKind::Picture | BodyKind::Pictures | BodyKind::Archive => {
            request.body.content.check_has_files()
        }
    }
}

/// Tells a browser that was shown a form its name, and has it forget a flash message that was shown.
fn remembered(cx: &Context<'_, Anyone>, response: Response) -> Response {
    if !response.is_html() {
        return response;
    }
    let (sent, cookies) = (&cx.request.cookies, &cx.app.cookies);
    let response = if cx.user.is_none() && sent.visitor.is_new {
        let name = cookies.set(CookieKind::Visitor, &sent.visitor.name, None);
        response.header("Set-Cookie", name)
    } else {
        response
    };
    if sent.flash.is_some() && !cx.wants_fragment() {
        return response.header("Set-Cookie", cookies.forget(CookieKind::Flash));
    }
    response
}

#[cfg(test)]
mod tests {
    use std::{fs, io, sync::Arc};

    use jiff::tz::TimeZone;

    use super::*;
    use crate::{
        config::Config,
        http::{BodyRules, FormLimits, ResponseBody},
        log::{Level, Log, LogFormat},
        model::Timestamp,
    };

    #[test]
    fn a_database_that_cannot_be_read_is_reported_once() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let mut config = Config::default();
        config.database.path = directory.path().join("db");
        let (clock, log) = (
            Arc::new(|| Timestamp(1_000_000)),
            Log::new(Level::Error, LogFormat::Text, Box::new(io::sink())),
        );
        let app = App::open(config, clock, log, TimeZone::UTC, "quartfeed".into());
        let app = app.expect("a new database");
        app.close();
        fs::remove_file(&app.config.database.path).expect("it was there");

        let cookie = tiny_http::Header::from_bytes("Cookie", "quartfeed=token");
        let raw = tiny_http::TestRequest::new().with_path("/");
        let mut raw = raw.with_header(cookie.expect("a header")).into();
        let rules = BodyRules {
            for_programs: false,
            files: false,
            limits: FormLimits {
                text_bytes: 0,
                file_bytes: 0,
            },
            directory: directory.path(),
        };
        let request = Request::read(&mut raw, "/", &app.cookies, (app.clock)(), &rules);
        let request = request.expect("a request");
        let response = answer(&app, &request, find::find(&request.method, &request.path));

        let ResponseBody::Bytes(page) = &response.body else {
            panic!("it is a page");
        };
        let page = String::from_utf8_lossy(page);
        assert_eq!(response.status, 503, "{page}");
        assert_eq!(page.matches("Nothing can be saved").count(), 1, "{page}");
    }
}
