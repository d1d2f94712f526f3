//! The data of an event on streams: the post as it is now, rendered by the same partials as the page.

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::sse::{self, SseFrame};
use crate::{
    auth::FormToken,
    error::Result,
    model::{
        BasePath, Comment, Epoch, Event, EventField, EventId, EventRef, Post, PostId, StreamEvent,
        Topic,
    },
    store::{Snapshot, users},
    views::{self, RenderContext},
};

/// The part of rendering that is the same for all events and readers.
pub struct Renderer {
    pub epoch: Epoch,
    pub base: BasePath,
    pub zone: TimeZone,
}

/// Everything that a rendered event depends on. Readers with equal keys get the same frame.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct RenderKey {
    pub(super) post: Post,
    /// The position in the reader's home river, if the post is in it.
    pub(super) position: Option<EventId>,
    /// The topics of the reader's pages that show the post now.
    pub(super) topics: Vec<Topic>,
    pub(super) comment: Option<Comment>,
}

impl Renderer {
    /// Renders an event with the post as it is now, and the fields that this kind of event has.
    pub(super) fn article(
        &self,
        conn: &Snapshot,
        event: &Event,
        fields: &[EventField],
        key: &RenderKey,
    ) -> Result<SseFrame> {
        let post = &key.post;
        let form_token = FormToken::empty();
        let render = self.render(&form_token);
        let mut data = json!({
            "post_id": post.id,
            "topics": key.topics.iter().map(Topic::to_string).collect::<Vec<_>>(),
            "position": key.position,
            "bump": post.bump,
            "posted": post.posted,
            "via": views::reasons::json(post.via.as_ref(), &self.base),
            "html": views::posts::article(post, &render).into_string(),
        });
        for field in fields {
            match field {
                EventField::Post => data["post"] = views::posts::json(post, &self.base),
                EventField::User => {
                    let actor = users::by_id(conn, event.actor)?;
                    data["user"] = views::users::json(&actor, &self.base);
                }
                EventField::Likes => data["likes"] = views::likes::json(&post.likes),
                EventField::CommentId => {
                    data["comment_id"] = event.comment.map(|id| id.0).into();
                }
                EventField::Comment => {
                    let comment = key.comment.as_ref();
                    data["comment"] = comment
                        .map(|comment| views::comments::json(comment, &self.base))
                        .into();
                    data["comment_html"] = comment
                        .map(|comment| views::comments::comment(comment, &render).into_string())
                        .into();
                }
            }
        }
        let event_name = StreamEvent::Logged(event.kind);
        Ok(sse::frame(&self.at(event.id), event_name, &data))
    }

    /// Renders an event that carries nothing but the post's id.
    pub(super) fn post_id(&self, event: &Event, post: PostId) -> SseFrame {
        let data: Value = json!({ "post_id": post });
        sse::frame(&self.at(event.id), StreamEvent::Logged(event.kind), &data)
    }

    /// Returns the id that streams carry for an event.
    pub(super) fn at(&self, event: EventId) -> EventRef {
        self.epoch.at(event)
    }

    /// Returns the render context. The script on the page fills in the token of its own session.
    fn render<'d>(&'d self, form_token: &'d FormToken) -> RenderContext<'d> {
        RenderContext {
            base: &self.base,
            zone: &self.zone,
            form_token,
            idempotency_key: "",
            is_guest: false,
        }
    }
}
