//! Event streams: what changes a page while it is open.

use super::{Context, Member};
use crate::{
    error::{Error, Result},
    http::{Join, Method, Response, StreamFormat},
    model::{EventId, EventRef, GroupName, Language, PostId, Topic, Topics, UserName},
    store::{self, groups, users},
};

/// Streams what the pages of a browser show, named by `topic` as often as needed: one stream for all of them. Without a
/// topic it is the home river.
pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    let mut topics = Topics::default();
    for topic in cx.request.query.all("topic") {
        topics.add(topic.parse().map_err(|()| {
            Error::BadRequest(
                "A topic must be home, everything, discussions, directs, post:ID, group:NAME, list:SLUG, feed:ID, acts:ID, tag:NAME or search:QUERY."
                    .into(),
            )
        })?);
    }
    if !names_topics(cx) {
        topics.add(Topic::Home);
    }
    stream(cx, topics)
}

/// # Errors
/// `NotFound` if the viewer may not see the post.
pub(crate) fn post(cx: &Context<'_, Member>) -> Result<Response> {
    let id: PostId = cx.param("id")?;
    if !cx.read(|conn| store::posts::is_visible(conn, cx.user.id, id))? {
        return Err(Error::NotFound);
    }
    stream(cx, Topics::only(Topic::Post(id)))
}

/// # Errors
/// `NotFound` if there is no such person.
pub(crate) fn user(cx: &Context<'_, Member>) -> Result<Response> {
    let name: UserName = cx.param("name")?;
    let person = cx.read(|conn| users::find(conn, cx.user.id, &name))?;
    stream(cx, Topics::only(Topic::Feed(person.feed)))
}

/// # Errors
/// `NotFound` if the viewer may not read such a group.
pub(crate) fn group(cx: &Context<'_, Member>) -> Result<Response> {
    let name: GroupName = cx.param("name")?;
    if !cx
        .read(|conn| groups::profile(conn, cx.user.id, &name))?
        .is_readable
    {
        return Err(Error::NotFound);
    }
    stream(cx, Topics::only(Topic::Group(name.key())))
}

/// Streams these topics, from now on or from where the reader was. The stream ends with the session or the token.
pub(super) fn stream(cx: &Context<'_, Member>, topics: Topics) -> Result<Response> {
    let (holder, expires_at) = cx.holder()?;
    let asked = asked(cx);
    let (newest, unread) = cx.read(|conn| {
        // A page that comes back may have missed the last count.
        let unread = if names_topics(cx) && asked.is_some() {
            Some(cx.unread_counts(conn)?)
        } else {
            None
        };
        Ok((store::events::newest(conn)?, unread))
    })?;
    let (after, reset) = begin(cx, asked, newest);
    if cx.request.method == Method::Head {
        return Ok(Response::empty(200).header("Content-Type", "text/event-stream; charset=utf-8"));
    }
    Ok(Response::stream(Join {
        user: cx.user.id,
        language: language(cx),
        topics,
        holder,
        expires_at: expires_at.0,
        after,
        reset,
        unread,
        format: if names_topics(cx) {
            StreamFormat::Page
        } else {
            StreamFormat::Events
        },
        is_chunked: false,
        opening: Vec::new(),
    }))
}

/// Returns the language of the page that asks. It may be another one than that of pages that this browser opens now.
fn language(cx: &Context<'_, Member>) -> Language {
    let named = cx.request.query.get("lang").parse();
    named.unwrap_or_else(|()| cx.request.language())
}

fn names_topics(cx: &Context<'_, Member>) -> bool {
    cx.request.query.has("topic")
}

/// Returns the event after which the stream begins, and whether the reader must load the page again.
fn begin(
    cx: &Context<'_, Member>,
    asked: Option<Result<EventRef, ()>>,
    newest: EventId,
) -> (EventId, bool) {
    match asked {
        None => (newest, false),
        Some(Ok(asked)) if asked.epoch == *cx.app.db.epoch() && asked.id <= newest => {
            (asked.id, false)
        }
        // Another life of the log, the future, or nothing that we ever sent.
        Some(_) => (newest, true),
    }
}

/// Returns the event that the reader saw last. The header wins: a browser that comes back by itself repeats the address
/// it began with.
fn asked(cx: &Context<'_, Member>) -> Option<Result<EventRef, ()>> {
    let header = cx.request.last_event_id.as_deref();
    let header = header.filter(|id| !id.is_empty());
    let text = header.unwrap_or_else(|| cx.request.query.get("after"));
    (!text.is_empty()).then(|| text.parse())
}
