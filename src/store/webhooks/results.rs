//! The results of tries: what becomes of a delivery and of its webhook.

use rusqlite::OptionalExtension;

use super::end;
use crate::{
    error::Result,
    model::{
        DeliveryId, DeliveryState, DeliverySubject, DueDelivery, SendOutcome, SendReport,
        Timestamp, Webhook, WebhookId,
    },
    store::Tx,
};

/// Notes the result of a try. `random`, from 0 to 1, is a part of the pause before the next one. A webhook or delivery that
/// was deleted meanwhile needs no note. A test changes nothing about its webhook.
pub fn record(tx: &mut Tx<'_>, due: &DueDelivery, report: &SendReport, random: f64) -> Result<()> {
    tx.is_on_no_page();
    let tries: Option<u32> = tx
        .prepare_cached("select tries from webhook_deliveries where id = ?")?
        .query_row([due.id], |row| row.get(0))
        .optional()?;
    let Some(tries) = tries else {
        return Ok(());
    };
    let is_test = due.subject == DeliverySubject::Test;
    let tries = tries + u32::from(report.outcome != SendOutcome::Withdrawn);
    let because = if is_test {
        None
    } else {
        off_because(tx, due.webhook.id, report.outcome)?
    };
    let pause = Webhook::pause(tries, random)
        .filter(|_| !is_test && because.is_none() && !report.is_final(tries));
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
    if report.outcome == SendOutcome::Accepted {
        note_success(tx, due.webhook.id, is_test)?;
    }
    because.map_or(Ok(()), |because| end(tx, due.webhook.id, &because))
}

/// Gives up a delivery that cannot be read, without a try.
pub fn give_up(tx: &mut Tx<'_>, delivery: DeliveryId) -> Result<()> {
    tx.is_on_no_page();
    tx.prepare_cached(
        "update webhook_deliveries set state = ?2, next_at = null, reason = ?3 where id = ?1",
    )?
    .execute((delivery, DeliveryState::Failed, Webhook::UNREADABLE))?;
    Ok(())
}

/// Notes that an address has accepted something. Everything that waits for another try there is sent now.
fn note_success(tx: &mut Tx<'_>, webhook: WebhookId, is_test: bool) -> Result<()> {
    if !is_test {
        tx.prepare_cached(
            "update webhooks set failing_since = null where id = ? and failing_since is not null",
        )?
        .execute([webhook])?;
    }
    tx.prepare_cached(
        "update webhook_deliveries set next_at = 0 where webhook_id = ? and next_at > 0",
    )?
    .execute([webhook])?;
    Ok(())
}

/// Returns the reason for which a result turns its webhook off, if it does. Notes since when everything fails.
fn off_because(
    tx: &mut Tx<'_>,
    webhook: WebhookId,
    outcome: SendOutcome,
) -> Result<Option<String>> {
    match outcome {
        SendOutcome::Accepted | SendOutcome::Withdrawn => return Ok(None),
        SendOutcome::Gone => {
            let because = "The address answered “410 Gone”: it wants no more deliveries.";
            return Ok(Some(because.to_owned()));
        }
        SendOutcome::Failed => {}
    }
    let since = failing_since(tx, webhook)?;
    if tx.now.since(since) < Webhook::FAILING_MAX {
        return Ok(None);
    }
    let days = Webhook::FAILING_MAX.as_secs() / (24 * 3_600);
    Ok(Some(format!("Every try failed for {days} days.")))
}

/// Notes a failure, and returns the time since which nothing but failures came one after the other. If there was no try
/// for long, nobody knows whether the address would have answered, and the time begins again. So it does after a clock that
/// was ahead.
fn failing_since(tx: &Tx<'_>, webhook: WebhookId) -> Result<Timestamp> {
    let last: Option<Timestamp> = tx
        .prepare_cached(
            "select max(tried_at) from webhook_deliveries
             where webhook_id = ? and post_id is not null and state <> 'withdrawn'",
        )?
        .query_row([webhook], |row| row.get(0))?;
    let since: Option<Timestamp> = tx
        .prepare_cached("select max(failing_since) from webhooks where id = ?")?
        .query_row([webhook], |row| row.get(0))?;
    let is_one_row = last.is_some_and(|last| tx.now.since(last) <= Webhook::UNTRIED_MAX);
    if let Some(since) = since.filter(|since| is_one_row && *since <= tx.now) {
        return Ok(since);
    }
    tx.prepare_cached("update webhooks set failing_since = ?2 where id = ?1")?
        .execute((webhook, tx.now))?;
    Ok(tx.now)
}
