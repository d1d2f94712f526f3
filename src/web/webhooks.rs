//! The pages on which webhooks are managed: by a person, or by an admin of a group.

use super::{Context, Fresh, Member, SignedIn};
use crate::{
    error::{Error, Result},
    http::Response,
    model::{DeliveryId, GroupName, NewWebhook, Problems, WebhookHolder, WebhookId, WebhookSecret},
    store::{Snapshot, Tx, groups, webhooks},
    views::{
        self, Filled,
        webhooks::{WebhookOwner, WebhooksPage},
    },
};

/// The part of a route that says whose webhooks it is about.
pub(crate) trait WebhookRoute {
    /// Returns whose they are.
    ///
    /// # Errors
    /// `NotFound` if the user may not know of the group, `Forbidden` for somebody who is none of its admins.
    fn whose(
        cx: &Context<'_, impl SignedIn>,
        conn: &Snapshot,
    ) -> Result<(WebhookOwner, WebhookHolder)>;
}

/// The routes of a person's own webhooks.
pub(crate) struct OwnWebhooks;

/// The routes of the webhooks of the group that the path names.
pub(crate) struct GroupWebhooks;

impl WebhookRoute for OwnWebhooks {
    fn whose(
        cx: &Context<'_, impl SignedIn>,
        _: &Snapshot,
    ) -> Result<(WebhookOwner, WebhookHolder)> {
        let by = cx.user.id;
        Ok((WebhookOwner::Oneself, WebhookHolder { by, group: None }))
    }
}

impl WebhookRoute for GroupWebhooks {
    fn whose(
        cx: &Context<'_, impl SignedIn>,
        conn: &Snapshot,
    ) -> Result<(WebhookOwner, WebhookHolder)> {
        let (by, name): (_, GroupName) = (cx.user.id, cx.param("name")?);
        let group = groups::admin_of(conn, by, &name)?;
        let holder = WebhookHolder {
            by,
            group: Some(group.feed),
        };
        Ok((WebhookOwner::Group(group), holder))
    }
}

pub(crate) fn index<Of: WebhookRoute>(cx: &Context<'_, Member>) -> Result<Response> {
    page::<Of>(cx, &Problems::default(), None)
}

/// Makes a webhook, and shows its secret on the page that answers.
pub(crate) fn create<Of: WebhookRoute>(cx: &Context<'_, Fresh>) -> Result<Response> {
    check_enabled(cx)?;
    let (_, holder) = cx.read(|conn| Of::whose(cx, conn))?;
    let new = NewWebhook::parse(|name| cx.typed(name), holder.group.is_some())?;
    let secret = WebhookSecret::random();
    let shown = secret.shown();
    cx.write(move |tx| webhooks::create(tx, holder, &new, &secret))?;
    page::<Of>(cx, &Problems::default(), Some(&shown))
}

/// Shows the page with the form as it was refused.
pub(crate) fn again<Of: WebhookRoute>(
    cx: &Context<'_, Fresh>,
    problems: &Problems,
) -> Result<Response> {
    page::<Of>(cx, problems, None)
}

/// Replaces a secret, and shows the new one on the page that answers.
pub(crate) fn replace_secret<Of: WebhookRoute>(cx: &Context<'_, Fresh>) -> Result<Response> {
    let id: WebhookId = cx.param("id")?;
    let (_, holder) = cx.read(|conn| Of::whose(cx, conn))?;
    let secret = WebhookSecret::random();
    let shown = secret.shown();
    cx.write(move |tx| webhooks::replace_secret(tx, holder, id, &secret))?;
    page::<Of>(cx, &Problems::default(), Some(&shown))
}

pub(crate) fn test<Of: WebhookRoute>(cx: &Context<'_, Member>) -> Result<Response> {
    check_enabled(cx)?;
    change::<Of>(cx, webhooks::test)
}

/// Sends a delivery at once.
pub(crate) fn resend<Of: WebhookRoute>(cx: &Context<'_, Member>) -> Result<Response> {
    check_enabled(cx)?;
    let delivery: DeliveryId = cx.param("delivery")?;
    change::<Of>(cx, move |tx, holder, id| {
        webhooks::resend(tx, holder, id, delivery)
    })
}

pub(crate) fn turn_on<Of: WebhookRoute>(cx: &Context<'_, Member>) -> Result<Response> {
    change::<Of>(cx, webhooks::turn_on)
}

pub(crate) fn turn_off<Of: WebhookRoute>(cx: &Context<'_, Member>) -> Result<Response> {
    change::<Of>(cx, webhooks::turn_off)
}

pub(crate) fn delete<Of: WebhookRoute>(cx: &Context<'_, Member>) -> Result<Response> {
    change::<Of>(cx, webhooks::delete)
}

/// Changes the webhook that the path names, and lets the thread look for something to send.
fn change<Of: WebhookRoute>(
    cx: &Context<'_, Member>,
    change: impl FnOnce(&mut Tx<'_>, WebhookHolder, WebhookId) -> Result<()> + Send + 'static,
) -> Result<Response> {
    let id: WebhookId = cx.param("id")?;
    let (owner, holder) = cx.read(|conn| Of::whose(cx, conn))?;
    cx.write(move |tx| change(tx, holder, id))?;
    if let Some(sender) = &cx.app.webhook_sender {
        sender.wake();
    }
    Ok(cx.see_other(&owner.path()))
}

/// Checks that this site sends webhooks.
///
/// # Errors
/// `BadRequest` if not.
fn check_enabled(cx: &Context<'_, impl SignedIn>) -> Result<()> {
    if cx.app.webhook_sender.is_some() {
        return Ok(());
    }
    Err(Error::BadRequest(
        "This site does not send webhooks: webhooks.enabled is off.".into(),
    ))
}

fn page<Of: WebhookRoute>(
    cx: &Context<'_, impl SignedIn>,
    problems: &Problems,
    made: Option<&str>,
) -> Result<Response> {
    // What was made is not made again by the next form.
    let typed = |name: &str| match made {
        None => cx.typed(name),
        Some(_) => "",
    };
    let read = |conn: &Snapshot| {
        let (owner, holder) = Of::whose(cx, conn)?;
        let webhooks = webhooks::list(conn, holder)?.into_iter().map(|webhook| {
            let deliveries = webhooks::log(conn, webhook.id)?;
            Ok((webhook, deliveries))
        });
        Ok((owner, webhooks.collect::<Result<Vec<_>>>()?))
    };
    cx.page_of(read, |layout, (owner, webhooks)| {
        let shown = WebhooksPage {
            owner: &owner,
            webhooks: &webhooks,
            made,
            is_on: cx.app.webhook_sender.is_some(),
        };
        views::webhooks::page(layout, &shown, &Filled::new(&typed, problems))
    })
}
