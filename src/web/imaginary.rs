//! The page of a person's imaginary friends. `sources` has the page of each one.

use super::{Context, Member, sources};
use crate::{
    error::{Error, Result},
    http::Response,
    model::{FriendName, Problems, UserName},
    store::imaginary,
    views::{self, sources::Importer},
};

pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    again(cx, &Problems::default())
}

/// Shows the page, also with the form as it was refused.
pub(crate) fn again(cx: &Context<'_, Member>, problems: &Problems) -> Result<Response> {
    let typed = |name: &str| cx.typed(name);
    cx.page_of(
        |conn| imaginary::of(conn, cx.user.id),
        |layout, friends| {
            let filled = views::Filled::new(&typed, problems);
            views::imaginary::page(layout, &friends, &filled)
        },
    )
}

pub(crate) fn create(cx: &Context<'_, Member>) -> Result<Response> {
    let (owner, name, url) = (cx.user.id, typed_name(cx)?, sources::typed_url(cx)?);
    let friend = sources::wake_after(cx, || {
        cx.write(move |tx| imaginary::create(tx, owner, &name, &url))
    })?;
    Ok(cx.see_other(&Importer::Friend(friend).path()))
}

pub(crate) fn rename(cx: &Context<'_, Member>) -> Result<Response> {
    let username: UserName = cx.param("name")?;
    let (owner, name, path) = (cx.user.id, typed_name(cx)?, username.path());
    cx.write(move |tx| imaginary::rename(tx, owner, &username, &name))?;
    Ok(cx.see_other(&path))
}

pub(crate) fn delete(cx: &Context<'_, Member>) -> Result<Response> {
    let username: UserName = cx.param("name")?;
    let owner = cx.user.id;
    cx.write(move |tx| imaginary::delete(tx, owner, &username))?;
    Ok(cx.see_other("/settings/imaginary"))
}

fn typed_name(cx: &Context<'_, Member>) -> Result<FriendName> {
    let name = FriendName::parse(cx.typed("name"));
    name.map_err(|problem| Error::invalid("name", problem))
}
