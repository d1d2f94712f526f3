use crate::{
    app::App,
    error::{Error, Result},
    http::{Join, Method, Request, Response},
    model::{EventRef, PostId, Topic, Topics, User, UserName},
    store::{events, notifications, posts, users},
};

/// What changes the home river, from now on or from where the reader was; or what `topic` asks for, as often as it is
/// given: one stream for all the pages of a browser.
pub(crate) fn index(app: &App, request: &Request, user: &User) -> Result<Response> {
    let mut topics = Topics::default();
    for topic in request.query.all("topic") {
        topics.add(topic.parse().map_err(|()| {
            Error::BadRequest(
                "A topic is home, everything, discussions, post:ID, feed:ID, acts:ID or tag:NAME."
                    .into(),
            )
        })?);
    }
    if !request.query.has("topic") {
        topics.add(Topic::Home);
    }
    stream(app, request, user, topics)
}

/// # Errors
/// `NotFound` if the viewer may not see the post.
pub(crate) fn post(app: &App, request: &Request, user: &User) -> Result<Response> {
    let id: PostId = request.param("id")?;
    if !app.db.read(|conn| posts::is_visible(conn, user.id, id))? {
        return Err(Error::NotFound);
    }
    stream(app, request, user, Topics::only(Topic::Post(id)))
}

/// # Errors
/// `NotFound` if there is no such person.
pub(crate) fn user(app: &App, request: &Request, user: &User) -> Result<Response> {
    let name: UserName = request.param("name")?;
    let person = app.db.read(|conn| users::find(conn, user.id, &name))?;
    stream(app, request, user, Topics::only(Topic::Feed(person.feed)))
}

pub(super) fn stream(
    app: &App,
    request: &Request,
    user: &User,
    topics: Topics,
) -> Result<Response> {
    let (holder, expires_at) = request.holder().ok_or(Error::SignInRequired)?;
    let asked = asked(request);
    let (newest, unread) = app.db.read(|conn| {
        // A page that comes back may have missed the last word about it.
        let unread = if request.query.has("topic") && asked.is_some() {
            Some(notifications::unread(conn, user.id)?)
        } else {
            None
        };
        Ok((events::newest(conn)?, unread))
    })?;
    let (after, reset) = match asked {
        None => (newest, false),
        Some(Ok(asked)) if asked.epoch == *app.db.epoch() && asked.id <= newest => {
            (asked.id, false)
        }
        // Another life of the log, the future, or nothing that we ever sent.
        Some(_) => (newest, true),
    };
    if request.method == Method::Head {
        return Ok(Response::empty(200).header("Content-Type", "text/event-stream; charset=utf-8"));
    }
    Ok(Response::stream(Join {
        user: user.id,
        topics,
        holder,
        expires_at: expires_at.0,
        after,
        reset,
        unread,
    }))
}

/// The header wins: a browser that comes back by itself repeats the address it began with.
fn asked(request: &Request) -> Option<Result<EventRef, ()>> {
    let text = request.last_event_id.as_deref().filter(|id| !id.is_empty());
    let text = text.unwrap_or_else(|| request.query.get("after"));
    (!text.is_empty()).then(|| text.parse())
}
