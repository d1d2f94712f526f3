use super::{drawing, filled, form_token, frame};
use crate::{
    app::App,
    config::Registration,
    error::Result,
    http::{Request, Response},
    model::{Problems, User},
    store::{events, feeds, users},
    views::{self, feeds::River},
};

/// Newest members shown beside the river.
const PEOPLE_SHOWN: u32 = 5;

pub(crate) fn home(app: &App, request: &Request, user: Option<&User>) -> Result<Response> {
    match user {
        Some(user) => river(app, request, user, &Problems::default()),
        None => welcome(app, request),
    }
}

/// A page of the river alone, for the script.
pub(crate) fn fragment(app: &App, request: &Request, user: &User) -> Result<Response> {
    let river = read(app, request, user)?;
    let token = form_token(app, request);
    Ok(Response::fragment(
        200,
        views::feeds::fragment(&drawing(app, Some(user), &token), &river),
    ))
}

/// The home page, with what was typed into its form.
pub(super) fn river(
    app: &App,
    request: &Request,
    user: &User,
    problems: &Problems,
) -> Result<Response> {
    let river = read(app, request, user)?;
    let people = app
        .db
        .read(|conn| users::newest_to_follow(conn, user.id, PEOPLE_SHOWN))?;
    let token = form_token(app, request);
    let frame = frame(app, request, Some(user), &token);
    let typed = |name: &str| request.form.get(name);
    let filled = filled(&typed, problems);
    let is_first = request.before()?.is_none();
    let page = views::feeds::home(&frame, &river, is_first, &people, &filled);
    Ok(Response::page(page))
}

/// One snapshot: no event falls between what is drawn and the stream that begins after it.
fn read(app: &App, request: &Request, user: &User) -> Result<River> {
    let before = request.before()?;
    app.db.read(|conn| {
        Ok(River {
            last_event: app.db.epoch().at(events::newest(conn)?),
            posts: feeds::home(conn, user.id, before, app.config.feed.page_size)?,
        })
    })
}

fn welcome(app: &App, request: &Request) -> Result<Response> {
    let token = form_token(app, request);
    let open = app.config.accounts.registration == Registration::Open;
    Ok(Response::page(views::feeds::welcome(
        &frame(app, request, None, &token),
        open,
    )))
}
