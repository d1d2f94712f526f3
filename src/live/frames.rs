//! What an event looks like on a stream. Drawn once, by the same partial as the page, and shared by all readers.

use std::sync::Arc;

use jiff::tz::TimeZone;
use rusqlite::Connection;
use serde_json::json;

use crate::{
    auth::FormToken,
    error::{Error, Result},
    model::{BasePath, Epoch, Event, EventId, EventKind, PostId, UserId},
    store::posts,
    views::{self, Drawing},
};

pub(super) type Frame = Arc<[u8]>;

/// All that drawing needs and no reader changes.
pub struct Renderer {
    pub epoch: Epoch,
    pub base: BasePath,
    pub zone: TimeZone,
}

/// An event as its readers get it.
pub(super) struct Rendered {
    /// Who sees it as their own: with what only they may do to it.
    pub(super) author: UserId,
    pub(super) for_author: Frame,
    pub(super) for_others: Frame,
}

impl Renderer {
    /// None if what it tells of is not there any more: then there is nothing to tell.
    pub(super) fn event(&self, conn: &Connection, event: &Event) -> Result<Option<Rendered>> {
        match event.kind {
            EventKind::Post => self.post(conn, event),
            EventKind::PostDeleted => {
                let frame = self.frame(
                    event.id,
                    event.kind.name(),
                    &json!({ "post_id": event.post }),
                );
                Ok(Some(Rendered {
                    author: event.actor,
                    for_author: frame.clone(),
                    for_others: frame,
                }))
            }
        }
    }

    /// The page is to load its river again and go on from `id`.
    pub(super) fn reset(&self, id: EventId) -> Frame {
        self.frame(id, "reset", &json!({ "post_id": null }))
    }

    /// The stream ends, and why.
    pub(super) fn bye(&self, id: EventId, reason: &str) -> Frame {
        self.frame(id, "bye", &json!({ "post_id": null, "reason": reason }))
    }

    /// What a stream begins with: when to come back, and from where on if nothing else has come until then.
    pub(super) fn hello(&self, after: EventId) -> String {
        format!("retry: 3000\nid: {}\n\n", self.epoch.at(after))
    }

    fn post(&self, conn: &Connection, event: &Event) -> Result<Option<Rendered>> {
        let Some(post) = there(posts::find(conn, event.actor, event.post))? else {
            return Ok(None);
        };
        let draw = |viewer: Option<UserId>| {
            let form_token = FormToken::to_be_filled_in();
            let drawing = Drawing {
                viewer,
                base: &self.base,
                zone: &self.zone,
                form_token: &form_token,
            };
            let data = json!({
                "post_id": PostId::to_string(&post.id),
                "post": views::json::post(&post, &self.base),
                "via": null,
                "html": views::posts::article(&post, &drawing).into_string(),
            });
            self.frame(event.id, event.kind.name(), &data)
        };
        Ok(Some(Rendered {
            author: post.author.id,
            for_author: draw(Some(post.author.id)),
            for_others: draw(None),
        }))
    }

    /// JSON has no line ends in it, so one `data:` line holds it whole.
    fn frame(&self, id: EventId, name: &str, data: &serde_json::Value) -> Frame {
        format!("id: {}\nevent: {name}\ndata: {data}\n\n", self.epoch.at(id))
            .into_bytes()
            .into()
    }
}

impl Rendered {
    pub(super) fn frame_for(&self, user: UserId) -> &Frame {
        if user == self.author {
            &self.for_author
        } else {
            &self.for_others
        }
    }
}

fn there<T>(found: Result<T>) -> Result<Option<T>> {
    match found {
        Err(Error::NotFound) => Ok(None),
        other => other.map(Some),
    }
}
