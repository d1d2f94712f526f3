//! Webhooks: addresses to which new posts and comments are sent. `collecting` finds what is to be sent, `content` decides
//! whether it may be, `deliveries` is the queue, and `results` says what comes of a try.

mod collecting;
mod content;
mod deliveries;
mod results;

use rusqlite::{Connection, Row};

use super::{Tx, events, rows::Take};
use crate::{
    error::{Error, Result},
    model::{
        FeedId, NewWebhook, Problems, UserId, UserName, Webhook, WebhookHolder, WebhookId,
        WebhookSecret,
    },
};

pub use collecting::{CollectedDeliveries, add_collected, find_new, first_wanted, next_event};
pub use content::content;
pub use deliveries::{
    WaitingDelivery, WebhookQueue, clear_old, has_old, heads, log, queue, resend, test, to_send,
};
pub use results::{give_up, record};

/// The columns of a webhook and of its owner.
macro_rules! columns {
    () => {
        "webhooks.id as webhook_id, webhooks.owner_id, users.username as owner_name, webhooks.group_id, webhooks.name,
         webhooks.url, webhooks.body, webhooks.topic, webhooks.failing_since, webhooks.off_because,
         webhooks.created_at as webhook_created_at"
    };
}
use columns;

/// The condition that a webhook is of a holder: `?1` acts, for the group `?2` if that is not null.
macro_rules! is_of_holder {
    () => {
        "(case when ?2 is null then webhooks.owner_id = ?1 and webhooks.group_id is null else webhooks.group_id = ?2 end)"
    };
}

/// Stores a new webhook. It sends what comes after this moment.
///
/// # Errors
/// `Invalid` if the holder has too many.
pub fn create(
    tx: &mut Tx<'_>,
    holder: WebhookHolder,
    new: &NewWebhook,
    secret: &WebhookSecret,
) -> Result<()> {
    let most = Webhook::COUNT_MAX;
    if list(tx, holder)?.len() >= most {
        let problem = format!("There can be at most {most} webhooks here. Delete one first.");
        return Err(Error::invalid(Problems::FORM, problem));
    }
    tx.is_on_no_page();
    let since = events::newest(tx)?;
    tx.prepare_cached(
        "insert into webhooks (owner_id, group_id, name, url, body, topic, secret, since, created_at)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute((
        holder.by,
        holder.group,
        new.name.as_str(),
        new.url.as_str(),
        new.body,
        new.topic,
        secret.0,
        since,
        tx.now,
    ))?;
    Ok(())
}

/// Returns the webhooks of a person or of a group, the oldest first.
pub fn list(conn: &Connection, holder: WebhookHolder) -> Result<Vec<Webhook>> {
    let sql = concat!(
        "select ",
        columns!(),
        " from webhooks join users on users.id = webhooks.owner_id where ",
        is_of_holder!(),
        " order by webhooks.id"
    );
    let mut query = conn.prepare_cached(sql)?;
    let webhooks = query.query_map((holder.by, holder.group), from_row)?;
    Ok(webhooks.collect::<rusqlite::Result<_>>()?)
}

/// Reads all webhooks that a person made, those of groups too, the oldest first.
pub fn each_own(conn: &Connection, owner: UserId, take: Take<'_, Webhook>) -> Result<()> {
    let sql = concat!(
        "select ",
        columns!(),
        " from webhooks join users on users.id = webhooks.owner_id where owner_id = ? order by webhooks.id"
    );
    let mut query = conn.prepare_cached(sql)?;
    let webhooks = query.query_map([owner], from_row)?;
    let webhooks: Vec<Webhook> = webhooks.collect::<rusqlite::Result<_>>()?;
    webhooks.into_iter().try_for_each(take)
}

/// Replaces the secret. Everything that is sent from now on is signed with the new one.
///
/// # Errors
/// `NotFound` if the holder has no such webhook.
pub fn replace_secret(
    tx: &mut Tx<'_>,
    holder: WebhookHolder,
    id: WebhookId,
    secret: &WebhookSecret,
) -> Result<()> {
    find(tx, holder, id)?;
    tx.is_on_no_page();
    tx.prepare_cached("update webhooks set secret = ? where id = ?")?
        .execute((secret.0, id))?;
    Ok(())
}

/// Turns a webhook on. It sends what comes after this moment, as far as the person who acts may see it.
///
/// # Errors
/// `NotFound` if the holder has no such webhook.
pub fn turn_on(tx: &mut Tx<'_>, holder: WebhookHolder, id: WebhookId) -> Result<()> {
    let webhook = find(tx, holder, id)?;
    tx.is_on_no_page();
    if webhook.off_because.is_some() || webhook.owner != holder.by {
        let since = events::newest(tx)?;
        tx.prepare_cached(
            "update webhooks set off_because = null, failing_since = null, since = ?2, owner_id = ?3 where id = ?1",
        )?
        .execute((id, since, holder.by))?;
    }
    Ok(())
}

/// Turns a webhook off. What waits for it is given up.
///
/// # Errors
/// `NotFound` if the holder has no such webhook.
pub fn turn_off(tx: &mut Tx<'_>, holder: WebhookHolder, id: WebhookId) -> Result<()> {
    find(tx, holder, id)?;
    tx.is_on_no_page();
    end(tx, id, "It was turned off on this page.")
}

/// Deletes a webhook with everything that waits for it.
///
/// # Errors
/// `NotFound` if the holder has no such webhook.
pub fn delete(tx: &mut Tx<'_>, holder: WebhookHolder, id: WebhookId) -> Result<()> {
    find(tx, holder, id)?;
    tx.is_on_no_page();
    tx.prepare_cached("delete from webhooks where id = ?")?
        .execute([id])?;
    Ok(())
}

/// Turns off all webhooks that a person made, because everything by which that person was signed in has ended. Whoever was
/// signed in may have made them.
pub(super) fn turn_off_all(tx: &mut Tx<'_>, owner: UserId) -> Result<()> {
    let own = "You were signed out everywhere. Turn it on again if it is yours.";
    let of_group = "The person who turned it on was signed out everywhere. An admin of the group can turn it on again.";
    let on: Vec<(WebhookId, bool)> = tx
        .prepare_cached(
            "select id, group_id is not null from webhooks where owner_id = ? and off_because is null",
        )?
        .query_map([owner], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    on.into_iter().try_for_each(|(id, is_of_group)| {
        let because = if is_of_group { of_group } else { own };
        end(tx, id, because)
    })
}

/// Turns off the webhooks of a group that send what a person sees, because that person is an admin of it no longer.
pub(super) fn turn_off_in_group(tx: &mut Tx<'_>, owner: UserId, group: FeedId) -> Result<()> {
    let because = "The person who turned it on is no longer an admin of the group. Another admin can turn it on again.";
    let ids: Vec<WebhookId> = tx
        .prepare_cached(
            "select id from webhooks where owner_id = ? and group_id = ? and off_because is null",
        )?
        .query_map((owner, group), |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    ids.into_iter().try_for_each(|id| end(tx, id, because))
}

/// Stops a webhook for a reason, and gives up what waits for it.
fn end(tx: &mut Tx<'_>, id: WebhookId, because: &str) -> Result<()> {
    tx.prepare_cached("update webhooks set off_because = ?2 where id = ?1")?
        .execute((id, because))?;
    deliveries::give_up_waiting(tx, id)
}

fn find(conn: &Connection, holder: WebhookHolder, id: WebhookId) -> Result<Webhook> {
    let mut webhooks = list(conn, holder)?.into_iter();
    webhooks
        .find(|webhook| webhook.id == id)
        .ok_or(Error::NotFound)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Webhook> {
    Ok(Webhook {
        id: row.get("webhook_id")?,
        owner: row.get("owner_id")?,
        owner_name: UserName::stored(row.get("owner_name")?),
        group: row.get("group_id")?,
        name: row.get("name")?,
        url: row.get("url")?,
        body: row.get("body")?,
        topic: row.get("topic")?,
        failing_since: row.get("failing_since")?,
        off_because: row.get("off_because")?,
        created_at: row.get("webhook_created_at")?,
    })
}

#[cfg(test)]
mod tests;
