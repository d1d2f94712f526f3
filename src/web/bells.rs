//! Bells on people, groups and posts.

use super::{Context, Member};
use crate::{
    error::Result,
    http::Response,
    model::{BellTarget, Group, PostId, User},
    store::{bells, posts},
    views,
};

pub(crate) fn set(cx: &Context<'_, Member>) -> Result<Response> {
    let by = cx.user.id;
    match target(cx)? {
        BellTarget::User(name) => {
            let user = cx.write(move |tx| bells::set_on_user(tx, by, &name))?;
            Ok(on_user(cx, &user, true))
        }
        BellTarget::Group(name) => {
            let group = cx.write(move |tx| bells::set_on_group(tx, by, &name))?;
            Ok(on_group(cx, &group, true))
        }
        BellTarget::Post(id) => {
            cx.write(move |tx| bells::set_on_post(tx, by, id))?;
            on_post(cx, id, true)
        }
    }
}

pub(crate) fn remove(cx: &Context<'_, Member>) -> Result<Response> {
    let by = cx.user.id;
    match target(cx)? {
        BellTarget::User(name) => {
            let user = cx.write(move |tx| bells::remove_from_user(tx, by, &name))?;
            Ok(on_user(cx, &user, false))
        }
        BellTarget::Group(name) => {
            let group = cx.write(move |tx| bells::remove_from_group(tx, by, &name))?;
            Ok(on_group(cx, &group, false))
        }
        BellTarget::Post(id) => {
            cx.write(move |tx| bells::remove_from_post(tx, by, id))?;
            on_post(cx, id, false)
        }
    }
}

fn target(cx: &Context<'_, Member>) -> Result<BellTarget> {
    Ok(BellTarget::parse(cx.typed("kind"), cx.typed("value"))?)
}

/// Answers with the button as it is now, for the script; or leads to the profile.
fn on_user(cx: &Context<'_, Member>, user: &User, is_set: bool) -> Response {
    if !cx.wants_fragment() {
        return cx.next_or(&user.path());
    }
    cx.fragment(200, |render| views::bells::on_user(render, user, is_set))
}

/// Answers with the button as it is now, for the script; or leads to the group.
fn on_group(cx: &Context<'_, Member>, group: &Group, is_set: bool) -> Response {
    if !cx.wants_fragment() {
        return cx.next_or(&group.path());
    }
    cx.fragment(200, |render| views::bells::on_group(render, group, is_set))
}

/// Answers with the button as it is now, for the script; or leads to the post.
fn on_post(cx: &Context<'_, Member>, id: PostId, is_set: bool) -> Result<Response> {
    if !cx.wants_fragment() {
        let slug = cx.read(|conn| posts::slug(conn, cx.user.id, id))?;
        return Ok(cx.next_or(&id.path(&slug)));
    }
    Ok(cx.fragment(200, |render| views::bells::on_post(render, id, is_set)))
}
