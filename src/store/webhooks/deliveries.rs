//! The queue of deliveries. Those of one webhook are sent in order, one after the other; tests go before all others.

use rusqlite::{Connection, OptionalExtension, Row};

use super::{columns, content::is_active, end, find, from_row};
use crate::{
    error::{Error, Result},
    model::{
        DeliveryId, DeliveryState, DeliverySubject, DueDelivery, SendOutcome, SendReport,
        Timestamp, Webhook, WebhookDelivery, WebhookHolder, WebhookId, WebhookSecret, hex,
    },
    store::{Tx, sql},
};

/// The most old deliveries that are deleted in one transaction.
const PIECE_ROWS: u32 = 1_000;

/// The first delivery that waits for a webhook.
#[derive(Debug, Clone, Copy)]
pub struct WaitingDelivery {
    pub id: DeliveryId,
    pub webhook: WebhookId,
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

/// Adds a delivery. If too many wait already, the oldest are given up.
pub(super) fn add(tx: &mut Tx<'_>, webhook: WebhookId, subject: DeliverySubject) -> Result<()> {
    let message_id = format!("msg_{}", hex(&rand::random::<[u8; 16]>()));
    let (post, comment) = match subject {
        DeliverySubject::Test => (None, None),
        DeliverySubject::Post(post) => (Some(post), None),
        DeliverySubject::Comment(post, comment) => (Some(post), Some(comment)),
    };
    tx.prepare_cached(
        "insert into webhook_deliveries (webhook_id, message_id, post_id, comment_id, state, next_at, created_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
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
             select id from webhook_deliveries where webhook_id = ?1 and next_at is not null
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
    Ok(())
}

/// Adds a test, which is sent before everything else and tried once.
///
/// # Errors
/// `NotFound` if the holder has no such webhook, `BadRequest` if it is off.
pub fn test(tx: &mut Tx<'_>, holder: WebhookHolder, id: WebhookId) -> Result<()> {
    find_active(tx, holder, id)?;
    tx.is_on_no_page();
    add(tx, id, DeliverySubject::Test)
}

/// Sends a delivery at once, also one that was given up. It keeps its id.
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
             set next_at = ?3, tries = case when next_at is null then 0 else tries end, state = ?4
             where id = ?1 and webhook_id = ?2",
        )?
        .execute((delivery, webhook, tx.now, DeliveryState::Waiting))?;
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

/// Returns the first delivery of each webhook that waits, those that are due first at the beginning.
pub fn heads(conn: &Connection) -> Result<Vec<WaitingDelivery>> {
    let mut query = conn.prepare_cached(
        "select id, webhook_id, next_at from (
             select id, webhook_id, next_at, row_number() over (
                 partition by webhook_id order by post_id is not null, id) as place
             from webhook_deliveries where next_at is not null)
         where place = 1 order by next_at, id",
    )?;
    let heads = query.query_map([], |row| {
        Ok(WaitingDelivery {
            id: row.get(0)?,
            webhook: row.get(1)?,
            next_at: row.get(2)?,
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

/// Notes the result of a try. `random`, from 0 to 1, is a part of the pause before the next one. A webhook or delivery that
/// was deleted meanwhile needs no note.
pub fn record(tx: &mut Tx<'_>, due: &DueDelivery, report: &SendReport, random: f64) -> Result<()> {
    tx.is_on_no_page();
    let tries: Option<u32> = tx
        .prepare_cached("select max(tries) from webhook_deliveries where id = ?")?
        .query_row([due.id], |row| row.get(0))?;
    let Some(tries) = tries else {
        return Ok(());
    };
    let tries = tries + u32::from(report.outcome != SendOutcome::Withdrawn);
    let pause = Webhook::pause(tries, random).filter(|_| due.subject != DeliverySubject::Test);
    let (state, next_at) = match (report.outcome, pause) {
        (SendOutcome::Accepted, _) => (DeliveryState::Sent, None),
        (SendOutcome::Withdrawn, _) => (DeliveryState::Withdrawn, None),
        (SendOutcome::Failed, Some(pause)) => (DeliveryState::Waiting, Some(tx.now.plus(pause))),
        (SendOutcome::Failed, None) | (SendOutcome::Gone, _) => (DeliveryState::Failed, None),
    };
    // A delivery that was given up meanwhile is not tried again.
    tx.prepare_cached(
        "update webhook_deliveries
         set tries = ?2, tried_at = ?3, status = ?4,
             reason = case when ?6 = 'waiting' and next_at is null then reason else ?5 end,
             state = case when ?6 = 'waiting' and next_at is null then state else ?6 end,
             next_at = case when next_at is null then null else ?7 end
         where id = ?1",
    )?
    .execute((
        due.id,
        tries,
        tx.now,
        report.status,
        &report.reason,
        state,
        next_at,
    ))?;
    match report.outcome {
        SendOutcome::Accepted => note_success(tx, due.webhook.id),
        SendOutcome::Withdrawn => Ok(()),
        SendOutcome::Gone => end(
            tx,
            due.webhook.id,
            "The address answered 410 Gone: it wants nothing any more.",
        ),
        SendOutcome::Failed => note_failure(tx, due.webhook.id, next_at.is_none()),
    }
}

/// Notes that an address has accepted something. Everything that waits for another try there is sent now.
fn note_success(tx: &mut Tx<'_>, webhook: WebhookId) -> Result<()> {
    tx.prepare_cached(
        "update webhooks set failing_since = null where id = ? and failing_since is not null",
    )?
    .execute([webhook])?;
    tx.prepare_cached(
        "update webhook_deliveries set next_at = ?2 where webhook_id = ?1 and next_at > ?2",
    )?
    .execute((webhook, tx.now))?;
    Ok(())
}

/// Notes a failure. A webhook is turned off when a delivery is given up and nothing has succeeded for a long time.
fn note_failure(tx: &mut Tx<'_>, webhook: WebhookId, is_given_up: bool) -> Result<()> {
    tx.prepare_cached(
        "update webhooks set failing_since = ?2 where id = ?1 and failing_since is null",
    )?
    .execute((webhook, tx.now))?;
    let since: Option<Timestamp> = tx
        .prepare_cached("select max(failing_since) from webhooks where id = ?")?
        .query_row([webhook], |row| row.get(0))?;
    let is_over = since.is_some_and(|since| tx.now.since(since) >= Webhook::FAILING_MAX);
    if is_given_up && is_over {
        let days = Webhook::FAILING_MAX.as_secs() / (24 * 3_600);
        let because = format!("For {days} days nothing but failures came of it.");
        return end(tx, webhook, &because);
    }
    Ok(())
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
