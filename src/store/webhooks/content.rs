//! The content of a delivery, as the owner of its webhook may see it at this moment.

use rusqlite::Connection;

use crate::{
    error::{Error, Result},
    model::{
        DeliverySubject, DueDelivery, FeedId, PostId, PostPlace, Timestamp, Topic, UserId,
        WebhookContent, WebhookId, WebhookTopic,
    },
    store::{
        audience, comments, feeds, groups, hides, notifications,
        posts::{self, Shape},
        rivers,
    },
};

/// Reads what a delivery sends. None if it must not be sent: the owner of the webhook is not here or may not see it, or it
/// is gone, or it left the place that the webhook is about.
pub fn content(
    conn: &Connection,
    due: &DueDelivery,
    now: Timestamp,
) -> Result<Option<WebhookContent>> {
    let (webhook, owner) = (&due.webhook, due.webhook.owner);
    if !is_active(conn, webhook.id)? {
        return Ok(None);
    }
    let place = (owner, webhook.group);
    if !reaches(conn, place, webhook.topic, due.subject, now)? {
        return Ok(None);
    }
    let content = if_seen(look_up(conn, owner, due.subject))?;
    Ok(content.map(|content| match webhook.group {
        Some(group) => within(group, content),
        None => content,
    }))
}

/// Leaves out the other places of a post: those who receive what a group sends may not know of them.
fn within(group: FeedId, mut content: WebhookContent) -> WebhookContent {
    if let WebhookContent::Post(post) | WebhookContent::Comment(_, post) = &mut content {
        post.to
            .retain(|place| matches!(place, PostPlace::Group(of) if of.feed == group));
    }
    content
}

/// Checks whether a webhook is on and its owner is here.
pub(super) fn is_active(conn: &Connection, id: WebhookId) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select exists (
             select 1 from webhooks join users on users.id = webhooks.owner_id
             where webhooks.id = ? and off_because is null
                 and suspended_at is null and leaves_at is null and gone_at is null)",
    )?;
    Ok(query.query_row([id], |row| row.get(0))?)
}

/// Checks whether something is where a webhook of this owner and group sends from, and whether the owner may see it.
pub(super) fn reaches(
    conn: &Connection,
    (owner, group): (UserId, Option<FeedId>),
    topic: WebhookTopic,
    subject: DeliverySubject,
    now: Timestamp,
) -> Result<bool> {
    if let Some(group) = group
        && !groups::members::is_admin(conn, owner, group)?
    {
        return Ok(false);
    }
    let Some(post) = subject.post() else {
        return Ok(true);
    };
    if if_seen(look_up(conn, owner, subject))?.is_none() {
        return Ok(false);
    }
    match (topic, group) {
        (WebhookTopic::Home, _) => is_at_home(conn, owner, post, now),
        (WebhookTopic::Feed, _) => is_in(conn, post, feeds::own(conn, owner)?.id),
        (WebhookTopic::Group, Some(group)) => is_in(conn, post, group),
        (WebhookTopic::Group, None) => Ok(false),
        (WebhookTopic::Notifications, _) => {
            notifications::is_news_of(conn, owner, (post, subject.comment()), now)
        }
    }
}

fn is_in(conn: &Connection, post: PostId, feed: FeedId) -> Result<bool> {
    Ok(feeds::of_post(conn, post)?.contains(&feed))
}

/// Checks whether a person's home river shows a post.
fn is_at_home(conn: &Connection, owner: UserId, post: PostId, now: Timestamp) -> Result<bool> {
    let (_, is_at_home) = rivers::find_at_home(conn, owner, post)?;
    let hideable = hides::author_and_text(conn, post)?;
    let Some((author, text)) = hideable.filter(|_| is_at_home) else {
        return Ok(false);
    };
    let candidate = (post, &author, text.as_str());
    let hidden = audience::hidden_topics(conn, owner, now, candidate, [Topic::Home].iter())?;
    Ok(hidden.is_empty())
}

/// Reads what a delivery is about.
///
/// # Errors
/// `NotFound` if the viewer may not see it.
fn look_up(conn: &Connection, viewer: UserId, subject: DeliverySubject) -> Result<WebhookContent> {
    let post = |id| posts::find(conn, viewer, id, Shape::Folded).map(Box::new);
    Ok(match subject {
        DeliverySubject::Test => WebhookContent::Test,
        DeliverySubject::Post(id) => WebhookContent::Post(post(id)?),
        DeliverySubject::Comment(id, comment) => {
            let comment = comments::find(conn, viewer, comment)?;
            WebhookContent::Comment(Box::new(comment), post(id)?)
        }
    })
}

/// Returns nothing for something that its viewer may not see.
fn if_seen<T>(found: Result<T>) -> Result<Option<T>> {
    match found {
        Err(Error::NotFound) => Ok(None),
        other => other.map(Some),
    }
}
