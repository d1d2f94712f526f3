//! Following, asking to follow, blocking and muting.

use super::{Context, Member};
use crate::{
    error::Result,
    http::Response,
    model::{Relationship, User, UserName},
    store::relationships::{self, distance, requests},
    views,
};

pub(crate) fn follow(cx: &Context<'_, Member>) -> Result<Response> {
    let (other, now) = cx.act("name", |tx, by, name: UserName| {
        relationships::follow(tx, by, &name)
    })?;
    Ok(changed(cx, &other, now))
}

pub(crate) fn unfollow(cx: &Context<'_, Member>) -> Result<Response> {
    let other = cx.act("name", |tx, by, name: UserName| {
        relationships::unfollow(tx, by, &name)
    })?;
    Ok(changed(cx, &other, Relationship::NotFollowing))
}

pub(crate) fn remove_follower(cx: &Context<'_, Member>) -> Result<Response> {
    let other = cx.act("name", |tx, by, name: UserName| {
        relationships::remove_follower(tx, by, &name)
    })?;
    Ok(cx.next_or(&other.path()))
}

/// Shows the people who ask to follow.
pub(crate) fn requests(cx: &Context<'_, Member>) -> Result<Response> {
    let (before, size) = cx.slice()?;
    cx.page_of(
        |conn| requests::waiting(conn, cx.user.id, before, size),
        |layout, page| views::relationships::requests(layout, &page),
    )
}

pub(crate) fn accept(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("name", |tx, by, name: UserName| {
        requests::accept(tx, by, &name)
    })?;
    Ok(cx.next_or("/requests"))
}

pub(crate) fn refuse(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("name", |tx, by, name: UserName| {
        requests::refuse(tx, by, &name)
    })?;
    Ok(cx.next_or("/requests"))
}

pub(crate) fn block(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("name", |tx, by, name: UserName| {
        distance::block(tx, by, &name)
    })?;
    Ok(cx.next_or("/settings/privacy"))
}

pub(crate) fn unblock(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("name", |tx, by, name: UserName| {
        distance::unblock(tx, by, &name)
    })?;
    Ok(cx.next_or("/settings/privacy"))
}

pub(crate) fn mute(cx: &Context<'_, Member>) -> Result<Response> {
    let other = cx.act("name", |tx, by, name: UserName| {
        distance::mute(tx, by, &name)
    })?;
    Ok(cx.next_or(&other.path()))
}

pub(crate) fn unmute(cx: &Context<'_, Member>) -> Result<Response> {
    let other = cx.act("name", |tx, by, name: UserName| {
        distance::unmute(tx, by, &name)
    })?;
    Ok(cx.next_or(&other.path()))
}

/// Answers with the button as it is now, for the script; or leads to where the form says.
fn changed(cx: &Context<'_, Member>, other: &User, now: Relationship) -> Response {
    if !cx.wants_fragment() {
        return cx.next_or(&other.path());
    }
    let next = cx.next();
    cx.fragment(200, |render| {
        views::relationships::button(render, other, now, next.as_deref())
    })
}
