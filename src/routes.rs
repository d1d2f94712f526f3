//! Every URL we answer, on one screen.

mod again;
mod bearer;
mod bodies;
mod guard;
mod origin;
mod session;

use crate::{
    app::App,
    error::{Error, Result},
    http::{CookieKind, Method, Request, Response},
    model::{Problems, User},
    web::{
        accounts, api, assets, comments, configuration, confirmations, errors, events, exports,
        images, invitations, journal, likes, links, members, notifications, people, phones, posts,
        preferences, relationships, rivers, sessions, settings, tokens, users, warnings,
    },
};
use Handler::{Admin, Anyone, Fresh, Member, Reader};
pub use bodies::Takes;
pub(crate) use bodies::{largest_picture, takes};
pub(crate) use origin::own_origins;

#[rustfmt::skip]
pub const ROUTES: &[Route] = &[
    get ("/",                      Anyone(rivers::home)),
    get ("/feed",                  Member(rivers::fragment)),
    get ("/everything",            Member(rivers::everything)),
    get ("/discussions",           Member(rivers::discussions)),
    get ("/tag/:tag",              Member(rivers::tag)),
    get ("/image/:id/:rendition",  Reader(images::show)),
    get ("/avatar/:hue/:initials", Anyone(images::avatar)),
    get ("/notifications",         Member(notifications::index)),
    post("/notifications/read",    Member(notifications::read)),
    get ("/people",                Member(people::index)),

    get ("/sse",                   Member(events::index)),
    get ("/sse/post/:id",          Member(events::post)),
    get ("/sse/user/:name",        Member(events::user)),

    get ("/register",              Anyone(users::new)),
    form("/register",              Anyone(users::create), users::again),
    get ("/login",                 Anyone(sessions::new)),
    form("/login",                 Anyone(sessions::create), sessions::again),
    post("/logout",                Member(sessions::delete)),
    get ("/invite/:token",         Anyone(invitations::show)),
    get ("/setup/:token",          Anyone(links::setup)),
    form("/setup/:token",          Anyone(links::set_up), links::setup_again),
    get ("/reset/:token",          Anyone(links::reset)),
    form("/reset/:token",          Anyone(links::set_password), links::reset_again),

    get ("/user/:name",            Reader(users::show)),
    get ("/user/:name/activity",   Reader(users::activity)),
    get ("/user/:name/followers",  Reader(users::followers)),
    get ("/user/:name/following",  Reader(users::following)),
    get ("/profile/edit",          Member(users::edit_form)),
    upload("/profile/edit",        Takes::Picture, Member(users::edit), Some(users::edit_again)),
    post("/profile/delete-image",  Member(users::delete_image)),
    post("/follow/:name",          Member(relationships::follow)),
    post("/unfollow/:name",        Member(relationships::unfollow)),
    post("/remove-follower/:name", Member(relationships::remove_follower)),
    get ("/requests",              Member(relationships::requests)),
    post("/requests/:name/accept", Member(relationships::accept)),
    post("/requests/:name/refuse", Member(relationships::refuse)),
    post("/block/:name",           Member(relationships::block)),
    post("/unblock/:name",         Member(relationships::unblock)),
    post("/mute/:name",            Member(relationships::mute)),
    post("/unmute/:name",          Member(relationships::unmute)),

    upload("/post",                Takes::Pictures, Member(posts::create), Some(posts::again)),
    get ("/post/:id",              Reader(posts::show)),
    get ("/post/:id/:slug",        Reader(posts::show)),
    upload("/post/:id/edit",       Takes::Pictures, Member(posts::edit), Some(posts::edit_again)),
    post("/post/:id/delete",       Member(posts::delete)),
    post("/post/:id/undelete",     Member(posts::undelete)),
    form("/post/:id/comment",      Member(comments::create), comments::again),
    post("/post/:id/like",         Member(likes::like)),
    post("/post/:id/unlike",       Member(likes::unlike)),
    post("/post/:id/mute",         Member(notifications::mute)),
    post("/post/:id/unmute",       Member(notifications::unmute)),

    get ("/comment/:id",           Reader(comments::show)),
    get ("/comment/:id/edit",      Member(comments::edit_form)),
    form("/comment/:id/edit",      Member(comments::edit), comments::edit_again),
    post("/comment/:id/delete",    Member(comments::delete)),
    post("/comment/:id/undelete",  Member(comments::undelete)),
    post("/comment/:id/like",      Member(likes::like_comment)),
    post("/comment/:id/unlike",    Member(likes::unlike_comment)),

    get ("/confirm",               Member(confirmations::new)),
    form("/confirm",               Member(confirmations::create), confirmations::again),
    get ("/settings",              Member(settings::index)),
    get ("/settings/data",         Member(exports::show)),
    form("/settings/data/download", Fresh(exports::download), exports::again),
    get ("/settings/phone",        Fresh(phones::new)),
    post("/settings/phone",        Fresh(phones::create)),
    get ("/device/:token",         Anyone(phones::show)),
    post("/device/:token",         Anyone(phones::enter)),
    get ("/settings/account",      Member(accounts::show)),
    form("/settings/account",      Fresh(accounts::change_password), accounts::again),
    form("/settings/account/email", Fresh(accounts::set_email), accounts::again),
    get ("/settings/account/delete", Member(accounts::farewell)),
    form("/settings/account/delete", Fresh(accounts::delete), accounts::farewell_again),
    get ("/settings/sessions",     Member(sessions::index)),
    post("/settings/sessions/end-others", Fresh(sessions::end_others)),
    post("/settings/sessions/:id/end", Fresh(sessions::end)),
    post("/settings/warnings/:id/dismiss", Member(warnings::dismiss)),
    get ("/settings/privacy",      Member(settings::privacy)),
    post("/settings/privacy",      Member(settings::set_privacy)),
    get ("/settings/invitations",  Member(invitations::index)),
    form("/settings/invitations",  Member(invitations::create), invitations::again),
    post("/settings/invitations/:id/revoke", Member(invitations::revoke)),

    get ("/admin",                 Admin(members::index)),
    get ("/admin/user/:name",      Admin(members::show)),
    form("/admin/user/:name/promote",      Admin(members::promote), members::show_again),
    form("/admin/user/:name/demote",       Admin(members::demote), members::show_again),
    form("/admin/user/:name/suspend",      Admin(members::suspend), members::show_again),
    form("/admin/user/:name/reinstate",    Admin(members::reinstate), members::show_again),
    form("/admin/user/:name/end-sessions", Admin(members::end_sessions), members::show_again),
    form("/admin/user/:name/reset",        Admin(members::reset), members::show_again),
    form("/admin/user/:name/delete",       Admin(members::delete), members::show_again),
    form("/admin/user/:name/keep",         Admin(members::keep), members::show_again),
    get ("/admin/invitations",     Admin(invitations::all)),
    post("/admin/invitations/:id/revoke",  Admin(invitations::revoke_any)),
    get ("/admin/settings",        Admin(configuration::show)),
    get ("/admin/journal",         Admin(journal::index)),
    get ("/settings/tokens",       Member(tokens::index)),
    form("/settings/tokens",       Fresh(tokens::create), tokens::again),
    post("/settings/tokens/:id/revoke", Fresh(tokens::revoke)),
    post("/settings/programs/:id/end",  Fresh(tokens::end_program)),

    post("/theme",                 Anyone(preferences::set_theme)),
    get ("/assets/:hash/:name",    Anyone(assets::show)),

    get   ("/api/docs",                        Anyone(api::docs::page)),
    get   ("/api/v1/openapi.json",             Anyone(api::docs::description)),
    get   ("/api/v1/session",                  Anyone(api::sessions::show)),
    post  ("/api/v1/session",                  Anyone(api::sessions::create)),
    delete("/api/v1/session",                  Anyone(api::sessions::delete)),
    post  ("/api/v1/token",                    Anyone(api::tokens::create)),
    post  ("/api/v1/token/refresh",            Anyone(api::tokens::refresh)),
    delete("/api/v1/token",                    Member(api::tokens::delete)),
    get   ("/api/v1/me",                       Member(api::users::me)),
    get   ("/api/v1/feed",                     Member(api::rivers::home)),
    get   ("/api/v1/users/:username",          Member(api::users::show)),
    get   ("/api/v1/users/:username/posts",    Member(api::users::posts)),
    get   ("/api/v1/users/:username/followers",Member(api::users::followers)),
    get   ("/api/v1/users/:username/following",Member(api::users::following)),
    put   ("/api/v1/users/:username/follow",   Member(api::relationships::follow)),
    delete("/api/v1/users/:username/follow",   Member(api::relationships::unfollow)),
    upload("/api/v1/images",                   Takes::Picture, Member(api::images::create), None),
    post  ("/api/v1/posts",                    Member(api::posts::create)),
    get   ("/api/v1/posts/:id",                Member(api::posts::show)),
    patch ("/api/v1/posts/:id",                Member(api::posts::edit)),
    delete("/api/v1/posts/:id",                Member(api::posts::delete)),
    put   ("/api/v1/posts/:id/like",           Member(api::likes::like)),
    delete("/api/v1/posts/:id/like",           Member(api::likes::unlike)),
    get   ("/api/v1/posts/:id/comments",       Member(api::comments::index)),
    post  ("/api/v1/posts/:id/comments",       Member(api::comments::create)),
    get   ("/api/v1/comments/:id",             Member(api::comments::show)),
    patch ("/api/v1/comments/:id",             Member(api::comments::edit)),
    delete("/api/v1/comments/:id",             Member(api::comments::delete)),
    put   ("/api/v1/comments/:id/like",        Member(api::likes::like_comment)),
    delete("/api/v1/comments/:id/like",        Member(api::likes::unlike_comment)),
    get   ("/api/v1/notifications",            Member(api::notifications::index)),
    get   ("/api/v1/events",                   Member(api::events::index)),
];

pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub handler: Handler,
    pub takes: Takes,
    /// Draws the page with the form once more, with what was typed and what is wrong with it.
    again: Option<Again>,
}

/// Who may call a handler is its type: a [`Member`] handler cannot run without a user, and an [`Anyone`] handler
/// must say what it does without one.
#[derive(Clone, Copy)]
pub enum Handler {
    Anyone(fn(&App, &Request, Option<&User>) -> Result<Response>),
    /// Whoever may read here: members, and on a public site guests.
    Reader(fn(&App, &Request, Option<&User>) -> Result<Response>),
    Member(fn(&App, &Request, &User) -> Result<Response>),
    /// A member who has shown the password in the last minutes: what a browser left open must not be able to do.
    Fresh(fn(&App, &Request, &User) -> Result<Response>),
    Admin(fn(&App, &Request, &User) -> Result<Response>),
}

type Again = fn(&App, &Request, Option<&User>, &Problems) -> Result<Response>;

/// Finds the route, checks who asks and from where, runs the handler, and draws what went wrong.
pub fn answer(app: &App, request: &mut Request) -> Response {
    let caller = guard::caller(app, request);
    let user = caller.as_ref().ok().and_then(Option::as_ref);
    let found = find(&request.method, &request.path);
    let again = found.as_ref().ok().and_then(|(route, _)| route.again);
    let result = match &caller {
        Err(Error::Internal(cause)) => Err(Error::internal(cause.to_string())),
        Err(error) => Err(Error::StorageUnavailable(error.to_string())),
        Ok(_) => match found {
            Ok((route, params)) => {
                request.params = params;
                run(app, request, user, route)
            }
            Err(error) => Err(guard::unknown(request, user, error)),
        },
    };
    if let (Some(_), Ok(response)) = (request.announced, &result)
        && response.status == 204
    {
        return Response::empty(204);
    }
    let response = result.or_else(|error| again::redraw(app, request, user, again, error));
    let response = response.unwrap_or_else(|error| errors::draw(app, request, user, &error));
    let response = if request.is_for_programs() {
        api::finish(request, response)
    } else {
        remembered(app, request, user, response)
    };
    session::renewed(app, request, response)
}

fn run(app: &App, request: &Request, user: Option<&User>, route: &Route) -> Result<Response> {
    origin::check_host(app, request)?;
    let member = || user.ok_or(Error::SignInRequired);
    guard::check(app, request, user, route.handler)?;
    if let Some(bytes) = request.announced {
        return bodies::would_be_taken(app, request, route, bytes);
    }
    if let Some(fault) = &request.fault {
        return Err(fault.clone().into());
    }
    if !request.is_safe() {
        origin::check_forgery(app, request)?;
        match route.takes {
            _ if !request.is_for_programs() => {}
            Takes::Text => request.content.check_kind()?,
            Takes::Picture | Takes::Pictures => request.content.check_has_files()?,
        }
    }
    match route.handler {
        Anyone(handler) | Reader(handler) => handler(app, request, user),
        Member(handler) | Fresh(handler) | Admin(handler) => handler(app, request, member()?),
    }
}

/// What names a browser for the tokens of its forms.
pub(crate) fn browser(request: &Request) -> String {
    match &request.session {
        Some(session) => format!("session {}", session.id.0),
        None => format!("visitor {}", request.visitor.name),
    }
}

/// Gives a browser that was shown a form its name, and forgets a flash message that was shown.
fn remembered(app: &App, request: &Request, user: Option<&User>, response: Response) -> Response {
    if !response.is_html() {
        return response;
    }
    let response = match (&request.visitor, user) {
        (visitor, None) if visitor.is_new => response.header(
            "Set-Cookie",
            app.cookies.set(CookieKind::Visitor, &visitor.name, None),
        ),
        _ => response,
    };
    if request.flash.is_some() && !request.wants_fragment {
        return response.header("Set-Cookie", app.cookies.forget(CookieKind::Flash));
    }
    response
}

const fn get(path: &'static str, handler: Handler) -> Route {
    route(Method::Get, path, handler)
}

const fn post(path: &'static str, handler: Handler) -> Route {
    route(Method::Post, path, handler)
}

const fn put(path: &'static str, handler: Handler) -> Route {
    route(Method::Put, path, handler)
}

const fn patch(path: &'static str, handler: Handler) -> Route {
    route(Method::Patch, path, handler)
}

const fn delete(path: &'static str, handler: Handler) -> Route {
    route(Method::Delete, path, handler)
}

const fn route(method: Method, path: &'static str, handler: Handler) -> Route {
    Route {
        method,
        path,
        handler,
        takes: Takes::Text,
        again: None,
    }
}

/// A route to which files are sent.
const fn upload(path: &'static str, takes: Takes, handler: Handler, again: Option<Again>) -> Route {
    Route {
        method: Method::Post,
        path,
        handler,
        takes,
        again,
    }
}

/// A route whose form is drawn again when it is refused.
const fn form(path: &'static str, handler: Handler, again: Again) -> Route {
    Route {
        method: Method::Post,
        path,
        handler,
        takes: Takes::Text,
        again: Some(again),
    }
}

type Params = Vec<(&'static str, String)>;

/// # Errors
/// `NotFound` if there is no such path; `MethodNotAllowed` if there is, but not for this method.
fn find(method: &Method, path: &str) -> Result<(&'static Route, Params)> {
    let method = if *method == Method::Head {
        &Method::Get
    } else {
        method
    };
    let mut allowed: Vec<String> = Vec::new();
    for route in ROUTES {
        if let Some(params) = matches(route.path, path) {
            if route.method == *method {
                return Ok((route, params));
            }
            allowed.push(route.method.to_string());
        }
    }
    if allowed.is_empty() {
        Err(Error::NotFound)
    } else {
        Err(Error::MethodNotAllowed(allowed.join(", ")))
    }
}

/// Whether a path, and whatever query it has, can be asked for with GET.
pub(crate) fn can_be_visited(target: &str) -> bool {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    find(&Method::Get, path).is_ok()
}

/// The parameters of `path` if it fits `pattern`, segment by segment.
fn matches(pattern: &'static str, path: &str) -> Option<Params> {
    let mut params = Vec::new();
    let mut segments = path.split('/');
    for expected in pattern.split('/') {
        let segment = segments.next()?;
        match expected.strip_prefix(':') {
            Some(_) if segment.is_empty() => return None,
            Some(name) => params.push((name, segment.to_owned())),
            None if expected == segment => (),
            None => return None,
        }
    }
    segments.next().is_none().then_some(params)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RESERVED_USERNAMES;

    #[test]
    fn a_pattern_matches_whole_segments_only() {
        assert_eq!(
            matches("/post/:id", "/post/7"),
            Some(vec![("id", "7".to_owned())])
        );
        assert_eq!(matches("/post/:id", "/post/7/x"), None);
        assert_eq!(matches("/post/:id", "/post/"), None);
        assert_eq!(matches("/", "/"), Some(vec![]));
    }

    #[test]
    fn only_these_change_anything_without_a_member() {
        let open: Vec<&str> = ROUTES
            .iter()
            .filter(|route| route.method != Method::Get && matches!(route.handler, Anyone(_)))
            .map(|route| route.path)
            .collect();
        let programs = ["session", "session", "token", "token/refresh"];
        let programs = programs.map(|path| format!("/api/v1/{path}"));
        let pages = [
            "/register",
            "/login",
            "/setup/:token",
            "/reset/:token",
            "/device/:token",
            "/theme",
        ];
        assert_eq!(
            open,
            [&pages[..], &programs.each_ref().map(String::as_str)].concat()
        );
    }

    #[test]
    fn nobody_can_be_called_like_a_route() {
        for route in ROUTES {
            let first = route.path.split('/').nth(1).unwrap_or_default();
            assert!(
                first.is_empty() || RESERVED_USERNAMES.contains(&first),
                "{first}"
            );
        }
    }
}
