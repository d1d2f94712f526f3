//! The data of an event on streams: the post as it is now, rendered by the same partials as the page.

use std::sync::Arc;

use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::json;

use super::sse::{self, StreamFrame};
use crate::{
    auth::FormToken,
    error::Result,
    model::{
        BasePath, Comment, CommentId, Epoch, Event, EventField, EventId, EventRef, Group, Language,
        Post, PostId, StreamEvent, Topic, UserId,
    },
    seen::PendingMarks,
    store::{Snapshot, search::Searcher, users},
    views::{
        self, RenderContext, comments::CommentJson, likes::LikesJson, posts::PostJson,
        reasons::ReasonJson, users::UserJson,
    },
    words,
};

/// The part of rendering that is the same for all events and readers.
pub struct Renderer {
    pub epoch: Epoch,
    pub base: BasePath,
    pub zone: TimeZone,
    /// What people have read and is not written yet.
    pub marks: Arc<PendingMarks>,
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
    pub(super) language: Language,
}

/// The data of an event with a post. The fields at the end are those that this kind of event carries.
#[derive(Serialize)]
struct ArticleJson<'a> {
    post_id: PostId,
    topics: Vec<String>,
    position: Option<EventId>,
    bump: EventId,
    posted: EventId,
    via: Option<ReasonJson<'a>>,
    html: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    post: Option<PostJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<UserJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    likes: Option<LikesJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment_id: Option<CommentId>,
    #[serde(flatten)]
    comment: Option<EventCommentJson<'a>>,
}

/// The comment of an event. Both fields are null for a comment that the reader may not see.
#[derive(Serialize)]
struct EventCommentJson<'a> {
    comment: Option<CommentJson<'a>>,
    comment_html: Option<String>,
}

impl Renderer {
    /// Searches as a reader.
    pub(super) fn search_as<T>(
        &self,
        reader: UserId,
        search: impl FnOnce(&Searcher<'_>) -> T,
    ) -> T {
        search(&Searcher {
            viewer: reader,
            start_of: &|day| views::times::start_of(day, &self.zone),
            pending: &self.marks.all_of(reader),
        })
    }

    /// Renders an event with the post as it is now, and the fields that this kind of event has.
    pub(super) fn article(
        &self,
        conn: &Snapshot,
        event: &Event,
        fields: &[EventField],
        key: &RenderKey,
    ) -> Result<StreamFrame> {
        let _language = words::speak(key.language);
        let post = &key.post;
        let form_token = FormToken::empty();
        let render = self.render(&form_token);
        let via = post.via.as_ref();
        let mut data = ArticleJson {
            post_id: post.id,
            topics: key.topics.iter().map(Topic::to_string).collect(),
            position: key.position,
            bump: post.bump,
            posted: post.posted,
            via: via.map(|via| views::reasons::json(via, &self.base)),
            html: views::posts::article(post, &render).into_string(),
            post: None,
            user: None,
            likes: None,
            comment_id: None,
            comment: None,
        };
        let has_user = fields.contains(&EventField::User);
        let actor = has_user.then(|| users::by_id(conn, event.actor));
        let actor = actor.transpose()?;
        for field in fields {
            match field {
                EventField::Post => data.post = Some(views::posts::json(post, &self.base)),
                EventField::User => {
                    let actor = actor.as_ref();
                    data.user = actor.map(|actor| views::users::json(actor, &self.base));
                }
                EventField::Likes => data.likes = Some(views::likes::json(&post.likes)),
                EventField::CommentId => data.comment_id = event.comment,
                EventField::Comment => {
                    let comment = key.comment.as_ref();
                    let json = |comment| views::comments::json(comment, &self.base);
                    let html = |comment| views::comments::comment(comment, &render).into_string();
                    data.comment = Some(EventCommentJson {
                        comment: comment.map(json),
                        comment_html: comment.map(html),
                    });
                }
            }
        }
        let event_name = StreamEvent::Logged(event.kind);
        Ok(sse::frame(&self.at(event.id), event_name, &data))
    }

    /// Renders an event that carries nothing but the post's id.
    pub(super) fn post_id(&self, event: &Event, post: PostId) -> StreamFrame {
        let data = json!({ "post_id": post });
        sse::frame(&self.at(event.id), StreamEvent::Logged(event.kind), &data)
    }

    /// Renders an event that carries nothing but the name of a group.
    pub(super) fn group(&self, event: &Event, group: &Group) -> StreamFrame {
        let data = json!({ "post_id": null, "group": group.name.as_str() });
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
            marks: None,
        }
    }
}
