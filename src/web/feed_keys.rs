//! The settings page for the addresses of a person's own feeds.

use super::{Context, Fresh, Member, SignedIn, links};
use crate::{
    error::{Error, Result},
    http::Response,
    model::{FeedKeyId, FeedPurpose, Problems, Token},
    store::feed_keys,
    views::{self, Filled, feed_keys::MadeKey},
};

pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    page(cx, &Problems::default(), None)
}

/// Makes a key, and shows the address on the page that answers: it is stored nowhere, so no other page could.
pub(crate) fn create(cx: &Context<'_, Fresh>) -> Result<Response> {
    let purpose = FeedPurpose::parse(cx.typed("purpose"));
    let purpose = purpose.map_err(|problem| Error::invalid("purpose", problem))?;
    let (key, by) = (Token::random(), cx.user.id);
    let hash = key.hash();
    cx.write(move |tx| feed_keys::create(tx, by, purpose, &hash))?;
    page(cx, &Problems::default(), Some((&key, purpose)))
}

/// Shows the page with the form as it was refused.
pub(crate) fn again(cx: &Context<'_, Fresh>, problems: &Problems) -> Result<Response> {
    page(cx, problems, None)
}

pub(crate) fn revoke(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("id", |tx, owner, key: FeedKeyId| {
        feed_keys::revoke(tx, owner, key)
    })?;
    Ok(cx.see_other("/settings/feeds"))
}

fn page(
    cx: &Context<'_, impl SignedIn>,
    problems: &Problems,
    made: Option<(&Token, FeedPurpose)>,
) -> Result<Response> {
    let typed = |name: &str| cx.typed(name);
    let made = made.map(|(key, purpose)| MadeKey {
        address: links::whole(cx, &format!("/feeds/{}", key.as_str())),
        purpose,
    });
    cx.page_of(
        |conn| feed_keys::list(conn, cx.user.id),
        |layout, keys| {
            let filled = Filled::new(&typed, problems);
            views::feed_keys::page(layout, &keys, made.as_ref(), &filled)
        },
    )
}
