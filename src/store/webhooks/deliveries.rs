//! The queue of deliveries. Those of one webhook are sent in order, one after the other; tests go before all others.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row};

use super::{columns, content::is_active, find, from_row};
use crate::{
    error::{Error, Result},
    model::{
        DeliveryId, DeliveryState, DeliverySubject, DueDelivery, Timestamp, UserId, Webhook,
        WebhookDelivery, WebhookHolder, WebhookId, WebhookSecret, hex,
    },
    store::{Tx, sql},
};

/// The most old deliveries that are deleted in one transaction.
const PIECE_ROWS: u32 = 1_000;

/// The query for the first delivery of each webhook for which something waits: one look into the index for each.
pub(super) const HEADS: &str = "select head.id, head.webhook_id, owner_id, head.next_at
     from webhooks cross join webhook_deliveries as head on head.id = (
         select id from webhook_deliveries
         where webhook_id = webhooks.id and next_at is not null
         order by post_id is not null, id limit 1)
     where off_because is null";

/// The first delivery that waits for a webhook.
#[derive(Debug, Clone, Copy)]
pub struct WaitingDelivery {
    pub id: DeliveryId,
    pub webhook: WebhookId,
    pub owner: UserId,
    /// The time of the next try. Zero is at once, whatever the clock says.
    pub next_at: Timestamp,
}

/// The state of the queue.
#[derive(Debug, Clone, Copy, Default)]
pub struct WebhookQueue {
    /// The deliveries that wait, for the first try or another one.
    pub waiting: u64,
    /// The webhooks that are turned off.
    pub off: u64,
}

impl WaitingDelivery {
    /// Returns the time until the next try. A time that no pause can have made comes from a clock that was ahead, and is no
    /// reason to wait.
    pub fn wait(&self, now: Timestamp) -> Duration {
        match self.next_at.since(now) {
            wait if wait > Webhook::WAIT_MAX => Duration::ZERO,
            wait => wait,
        }
    }
}

/// Adds a delivery, which is due at once. If too many wait already, the oldest are given up, and if too many are kept, the
/// oldest are deleted.
pub(super) fn add(tx: &mut Tx<'_>, webhook: WebhookId, subject: DeliverySubject) -> Result<()> {
    let message_id = format!("msg_{}", hex(&rand::random::<[u8; 16]>()));
    let (post, comment) = match subject {
        DeliverySubject::Test => (None, None),
        DeliverySubject::Post(post) => (Some(post), None),
        DeliverySubject::Comment(post, comment) => (Some(post), Some(comment)),
    };
    tx.prepare_cached(
        "insert into webhook_deliveries (webhook_id, message_id, post_id, comment_id, state, next_at, created_at)
         values (?, ?, ?, ?, ?, 0, ?)",
    )?
    .execute((
        webhook,
        message_id,
        post,
        comment,
        DeliveryState::Waiting,
        tx.now,
    ))?;
    tx.prepare_cached(
        "update webhook_deliveries set state = ?3, next_at = null, reason = ?4
         where next_at is not null and id in (
             select id from webhook_deliveries
             where webhook_id = ?1 and next_at is not null and post_id is not null
             order by id desc limit -1 offset ?2)",
    )?
    .execute((
        webhook,
        Webhook::WAITING_MAX,
        DeliveryState::Failed,
        format!(
            "It was given up, because more than {} deliveries waited.",
            Webhook::WAITING_MAX
        ),
    ))?;
    clear_surplus(tx, webhook)
}

/// Deletes the oldest deliveries of a webhook beyond those that are kept. What waits stays.
fn clear_surplus(tx: &mut Tx<'_>, webhook: WebhookId) -> Result<()> {
    tx.prepare_cached(
        "delete from webhook_deliveries where next_at is null and id in (
             select id from webhook_deliveries where webhook_id = ? order by id desc limit -1 offset ?)",
    )?
    .execute((webhook, Webhook::KEPT_MAX))?;
    tx.prepare_cached(
        "delete from webhook_deliveries where next_at is null and id in (
             select id from webhook_deliveries where webhook_id = ? and post_id is null
             order by id desc limit -1 offset ?)",
    )?
    .execute((webhook, Webhook::TESTS_KEPT_MAX))?;
    Ok(())
}

/// Adds a test, which is sent before everything else and tried once, unless one waits already.
///
/// # Errors
/// `NotFound` if the holder has no such webhook, `BadRequest` if it is off.
pub fn test(tx: &mut Tx<'_>, holder: WebhookHolder, id: WebhookId) -> Result<()> {
    find_active(tx, holder, id)?;
    tx.is_on_no_page();
    if test_waits(tx, id)? {
        return Ok(());
    }
    add(tx, id, DeliverySubject::Test)
}

fn test_waits(conn: &Connection, webhook: WebhookId) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select exists (
             select 1 from webhook_deliveries
             where webhook_id = ? and next_at is not null and post_id is null)",
    )?;
    Ok(query.query_row([webhook], |row| row.get(0))?)
}

/// Sends a delivery at once, also one that was given up. It keeps its id. A test does not join another one that waits.
///
/// # Errors
/// `NotFound` if the holder has no such delivery, `BadRequest` if its webhook is off.
pub fn resend(
    tx: &mut Tx<'_>,
    holder: WebhookHolder,
    webhook: WebhookId,
    delivery: DeliveryId,
) -> Result<()> {
    find_active(tx, holder, webhook)?;
    tx.is_on_no_page();
    let changed = tx
        .prepare_cached(
            "update webhook_deliveries
             set next_at = 0, tries = case when next_at is null then 0 else tries end, state = ?3
             where id = ?1 and webhook_id = ?2 and (post_id is not null or not ?4)",
        )?
        .execute((
            delivery,
            webhook,
            DeliveryState::Waiting,
            test_waits(tx, webhook)?,
        ))?;
    sql::found(changed)
}

fn find_active(conn: &Connection, holder: WebhookHolder, id: WebhookId) -> Result<Webhook> {
    let webhook = find(conn, holder, id)?;
    if is_active(conn, id)? {
        Ok(webhook)
    } else {
        Err(Error::BadRequest(
            "This webhook is off. Turn it on first.".into(),
        ))
    }
}

/// Returns the newest deliveries of a webhook.
pub fn log(conn: &Connection, webhook: WebhookId) -> Result<Vec<WebhookDelivery>> {
    let mut query = conn.prepare_cached(
        "select id, post_id, comment_id, state, tries, tried_at, next_at, status, reason, created_at
         from webhook_deliveries where webhook_id = ? order by id desc limit ?",
    )?;
    let deliveries = query.query_map((webhook, Webhook::SHOWN_MAX), |row| {
        Ok(WebhookDelivery {
            id: row.get("id")?,
            subject: subject(row)?,
            state: row.get("state")?,
            tries: row.get("tries")?,
            tried_at: row.get("tried_at")?,
            next_at: row.get("next_at")?,
            status: row.get("status")?,
            reason: row.get("reason")?,
            created_at: row.get("created_at")?,
        })
    })?;
    Ok(deliveries.collect::<rusqlite::Result<_>>()?)
}

/// Returns the first delivery of each webhook for which something waits. It costs the same however much that is.
pub fn heads(conn: &Connection) -> Result<Vec<WaitingDelivery>> {
    let mut query = conn.prepare_cached(HEADS)?;
    let heads = query.query_map([], |row| {
        Ok(WaitingDelivery {
            id: row.get("id")?,
            webhook: row.get("webhook_id")?,
            owner: row.get("owner_id")?,
            next_at: row.get("next_at")?,
        })
    })?;
    Ok(heads.collect::<rusqlite::Result<_>>()?)
}

/// Returns a delivery that waits, with everything that is needed to send it; none if it waits no longer.
pub fn to_send(conn: &Connection, id: DeliveryId) -> Result<Option<DueDelivery>> {
    let sql = concat!(
        "select deliveries.id, message_id, post_id, comment_id, deliveries.created_at, secret, ",
        columns!(),
        "
         from webhook_deliveries as deliveries
         cross join webhooks on webhooks.id = deliveries.webhook_id
         cross join users on users.id = webhooks.owner_id
         where deliveries.id = ? and next_at is not null"
    );
    let mut query = conn.prepare_cached(sql)?;
    let found = query.query_row([id], |row| {
        Ok(DueDelivery {
            id: row.get("id")?,
            message_id: row.get("message_id")?,
            subject: subject(row)?,
            created_at: row.get("created_at")?,
            secret: WebhookSecret(row.get("secret")?),
            webhook: from_row(row)?,
        })
    });
    Ok(found.optional()?)
}

/// Gives up everything that waits for a webhook.
pub(super) fn give_up_waiting(tx: &mut Tx<'_>, webhook: WebhookId) -> Result<()> {
    tx.prepare_cached(
        "update webhook_deliveries set state = ?2, next_at = null, reason = ?3
         where webhook_id = ?1 and next_at is not null",
    )?
    .execute((
        webhook,
        DeliveryState::Failed,
        "It was given up when the webhook was turned off.",
    ))?;
    Ok(())
}

/// Checks whether there are deliveries that are kept no longer.
pub fn has_old(conn: &Connection, now: Timestamp) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select coalesce((select created_at <= ? from webhook_deliveries order by id limit 1), 0)",
    )?;
    Ok(query.query_row([now.minus(Webhook::KEPT_FOR)], |row| row.get(0))?)
}

/// Deletes some deliveries that are kept no longer.
pub fn clear_old(tx: &mut Tx<'_>) -> Result<()> {
    tx.is_on_no_page();
    let limit = tx.now.minus(Webhook::KEPT_FOR);
    tx.prepare_cached(
        "delete from webhook_deliveries where created_at <= ?1 and id in (
             select id from webhook_deliveries order by id limit ?2)",
    )?
    .execute((limit, PIECE_ROWS))?;
    Ok(())
}

/// Returns the state of the queue, for operators.
pub fn queue(conn: &Connection) -> Result<WebhookQueue> {
    let mut query = conn.prepare_cached(
        "select (select count(*) from webhook_deliveries where next_at is not null),
             (select count(*) from webhooks where off_because is not null)",
    )?;
    let count = |row: &Row<'_>, n| row.get::<_, i64>(n).map(i64::unsigned_abs);
    Ok(query.query_row([], |row| {
        Ok(WebhookQueue {
            waiting: count(row, 0)?,
            off: count(row, 1)?,
        })
    })?)
}

fn subject(row: &Row<'_>) -> rusqlite::Result<DeliverySubject> {
    Ok(match (row.get("post_id")?, row.get("comment_id")?) {
        (None, _) => DeliverySubject::Test,
        (Some(post), None) => DeliverySubject::Post(post),
        (Some(post), Some(comment)) => DeliverySubject::Comment(post, comment),
    })
}
