//! An event and everything about its distribution that is the same for all readers.

use std::{collections::HashSet, sync::Arc};

use super::affected_pages::AffectedPages;
use crate::{
    error::Result,
    model::{Carries, Event, EventKind, User, UserId},
    store::{
        Snapshot,
        audience::{self, ToldReaders},
        comments,
        groups::moderation,
        hides, notifications, posts, rivers,
    },
};

/// An event for distribution.
pub(super) struct Distribution {
    pub(super) event: Event,
    pub(super) pages: Arc<AffectedPages>,
    /// The people in whose home river the post may be, or may have been before the event.
    pub(super) home_audience: HashSet<UserId>,
    /// The people whose notifications the event may change.
    pub(super) affected_users: HashSet<UserId>,
    /// True if the post looks the same to everybody but its author and the keepers, because nobody has acted on it yet.
    pub(super) looks_alike: bool,
    /// The admins of the post's groups, who see it with more buttons.
    pub(super) keepers: HashSet<UserId>,
    pub(super) told: ToldReaders,
    /// The author and the text of the post, if readers may have hidden it.
    pub(super) hideable: Option<(User, String)>,
}

impl Distribution {
    /// Reads everything that the distribution of an event depends on.
    pub(super) fn of(conn: &Snapshot, event: Event) -> Result<Distribution> {
        let affected_users = notifications::affected_users(conn, &event)?;
        let told = audience::told(conn, &event)?;
        let gone_actor = gone_actor(conn, &event)?;
        let looks_alike = match event.post {
            Some(post) => event.kind == EventKind::Post && posts::looks_alike(conn, post)?,
            None => false,
        };
        let hideable = match (event.post, event.kind.facts().carries) {
            // A deleted post leaves the page of everybody.
            (Some(post), Carries::Article(_)) if hides::are_used(conn)? => {
                hides::author_and_text(conn, post)?
            }
            _ => None,
        };
        Ok(Distribution {
            pages: Arc::new(AffectedPages::of(conn, &event, gone_actor)?),
            home_audience: home_audience(conn, &event, gone_actor)?,
            affected_users: affected_users.into_iter().collect(),
            looks_alike,
            keepers: match event.post {
                Some(post) => moderation::keepers(conn, post)?,
                None => HashSet::new(),
            },
            told,
            hideable,
            event,
        })
    }
}

/// Returns the person whose act an event removed. That act may have brought the post into rivers and discussions.
fn gone_actor(conn: &Snapshot, event: &Event) -> Result<Option<UserId>> {
    if event.post.is_none() || !event.kind.facts().removes.includes_act() {
        return Ok(None);
    }
    // A comment may have been deleted by the author of the post.
    let commenter = match event.comment {
        Some(comment) => comments::author(conn, comment)?,
        None => None,
    };
    Ok(Some(commenter.unwrap_or(event.actor)))
}

/// Returns the people in whose home river the post may be, or may have been before the event.
fn home_audience(
    conn: &Snapshot,
    event: &Event,
    gone_actor: Option<UserId>,
) -> Result<HashSet<UserId>> {
    let mut audience = HashSet::new();
    if let Some(post) = event.post {
        audience.extend(rivers::audience(conn, event.feed, post)?);
    }
    if let Some(user) = gone_actor {
        audience.extend(rivers::followers_and_self(conn, user)?);
    }
    Ok(audience)
}
