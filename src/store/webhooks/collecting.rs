//! Finding what is to be sent: the log of events is read after each commit, and each new post or comment becomes a delivery
//! for every webhook that it reaches.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension};

use super::{
    content::{is_active, reaches},
    deliveries,
};
use crate::{
    error::Result,
    model::{
        DeliverySubject, Event, EventId, EventKind, FeedId, Timestamp, UserId, Webhook, WebhookId,
        WebhookTopic,
    },
    store::{Tx, events, feeds, notifications, rivers},
};

/// The deliveries that some events of the log make.
pub struct CollectedDeliveries {
    /// The last of the events.
    pub through: EventId,
    pub new: Vec<(WebhookId, DeliverySubject)>,
}

/// A webhook that is on.
struct ActiveWebhook {
    id: WebhookId,
    owner: UserId,
    own_feed: FeedId,
    group: Option<FeedId>,
    topic: WebhookTopic,
    since: EventId,
}

/// The people and feeds that an event concerns.
struct EventReach {
    at_home: HashSet<UserId>,
    notified: HashSet<UserId>,
    feeds: Vec<FeedId>,
}

/// Returns the event after which this site sends: the last one of which deliveries were made, but none that is older than
/// [`Webhook::EVENT_AGE_MAX`], and the newest if no deliveries were ever made.
pub fn first_wanted(conn: &Connection, now: Timestamp) -> Result<EventId> {
    let made: Option<EventId> = conn
        .prepare_cached("select event_id from webhook_progress")?
        .query_row([], |row| row.get(0))
        .optional()?;
    let Some(made) = made else {
        return events::newest(conn);
    };
    let old: EventId = conn
        .prepare_cached("select coalesce(max(id), 0) from events where created_at < ?")?
        .query_row([now.minus(Webhook::EVENT_AGE_MAX)], |row| row.get(0))?;
    Ok(made.max(old))
}

/// Finds the deliveries that the next events after this one make, of so many events at most.
pub fn find_new(
    conn: &Connection,
    after: EventId,
    most: u32,
    now: Timestamp,
) -> Result<CollectedDeliveries> {
    let events = events::between(conn, after, EventId(i64::MAX), most)?;
    let mut found = CollectedDeliveries {
        through: events.last().map_or(after, |event| event.id),
        new: Vec::new(),
    };
    let is_wanted = |event: &Event| matches!(event.kind, EventKind::Post | EventKind::Comment);
    if !events.iter().any(is_wanted) {
        return Ok(found);
    }
    let webhooks = webhooks(conn)?;
    if webhooks.is_empty() {
        return Ok(found);
    }
    for event in events.iter().filter(|event| is_wanted(event)) {
        let Some(subject) = subject(event) else {
            continue;
        };
        // An undeleted post is not new.
        if !notifications::is_new(conn, event)? {
            continue;
        }
        let reach = EventReach::of(conn, event)?;
        for webhook in &webhooks {
            if webhook.since < event.id && webhook.gets(conn, event, &reach, now)? {
                found.new.push((webhook.id, subject));
            }
        }
    }
    Ok(found)
}

/// Returns the id of the next event, which may be one that cannot be read; the same id if there is none.
pub fn next_event(conn: &Connection, after: EventId) -> Result<EventId> {
    let mut query =
        conn.prepare_cached("select coalesce(min(id), ?1) from events where id > ?1")?;
    Ok(query.query_row([after], |row| row.get(0))?)
}

/// Adds the deliveries to the queue, and notes how far the log was read: a crash loses none and makes none twice.
pub fn add_collected(tx: &mut Tx<'_>, found: &CollectedDeliveries) -> Result<()> {
    tx.is_on_no_page();
    for (webhook, subject) in &found.new {
        // It may have been deleted or turned off meanwhile.
        if is_active(tx, *webhook)? {
            deliveries::add(tx, *webhook, *subject)?;
        }
    }
    tx.prepare_cached(
        "insert into webhook_progress (id, event_id) values (1, ?1)
         on conflict (id) do update set event_id = ?1",
    )?
    .execute([found.through])?;
    Ok(())
}

fn subject(event: &Event) -> Option<DeliverySubject> {
    let post = event.post?;
    Some(match event.comment {
        Some(comment) => DeliverySubject::Comment(post, comment),
        None => DeliverySubject::Post(post),
    })
}

/// Returns the webhooks that are on and whose owners are here.
fn webhooks(conn: &Connection) -> Result<Vec<ActiveWebhook>> {
    let mut query = conn.prepare_cached(
        "select webhooks.id, owner_id, users.feed_id, group_id, topic, since
         from webhooks join users on users.id = webhooks.owner_id
         where off_because is null and suspended_at is null and leaves_at is null and gone_at is null
         order by webhooks.id",
    )?;
    let webhooks = query.query_map([], |row| {
        Ok(ActiveWebhook {
            id: row.get(0)?,
            owner: row.get(1)?,
            own_feed: row.get(2)?,
            group: row.get(3)?,
            topic: row.get(4)?,
            since: row.get(5)?,
        })
    })?;
    Ok(webhooks.collect::<rusqlite::Result<_>>()?)
}

impl EventReach {
    fn of(conn: &Connection, event: &Event) -> Result<EventReach> {
        let at_home = match (event.kind, event.post) {
            (EventKind::Post, Some(post)) => rivers::audience(conn, event.feed, post)?,
            _ => Vec::new(),
        };
        let notified = notifications::affected_users(conn, event)?;
        Ok(EventReach {
            at_home: at_home.into_iter().collect(),
            notified: notified.into_iter().collect(),
            feeds: feeds::of_event(conn, event)?,
        })
    }
}

impl ActiveWebhook {
    /// Checks whether an event is for this webhook.
    fn gets(
        &self,
        conn: &Connection,
        event: &Event,
        reach: &EventReach,
        now: Timestamp,
    ) -> Result<bool> {
        let owner = self.owner;
        let may_be = match self.topic {
            WebhookTopic::Home => event.actor != owner && reach.at_home.contains(&owner),
            WebhookTopic::Feed => reach.feeds.contains(&self.own_feed),
            WebhookTopic::Notifications => event.actor != owner && reach.notified.contains(&owner),
            WebhookTopic::Group => self.group.is_some_and(|group| reach.feeds.contains(&group)),
        };
        let Some(subject) = subject(event).filter(|_| may_be) else {
            return Ok(false);
        };
        reaches(conn, (owner, self.group), self.topic, subject, now)
    }
}
