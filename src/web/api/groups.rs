//! Groups and conversations.

use super::requests::slice;
use crate::{
    error::{Error, Result},
    http::Response,
    model::{FeedId, GroupName, Slice},
    store::{self, Snapshot, groups, groups::members},
    views,
    web::{Context, Member},
};

pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    let ((before, size), now) = (slice(cx)?, cx.now());
    let page = cx.read(|conn| groups::directory(conn, cx.user.id, now, before, size))?;
    Ok(Response::json(
        200,
        &views::groups::page_json(&page, &cx.app.base),
    ))
}

pub(crate) fn show(cx: &Context<'_, Member>) -> Result<Response> {
    let name: GroupName = cx.param("name")?;
    let profile = cx.read(|conn| groups::profile(conn, cx.user.id, &name))?;
    Ok(Response::json(
        200,
        &views::groups::profile_json(&profile, &cx.app.base),
    ))
}

/// Returns a page of the posts in a group.
///
/// # Errors
/// `NotFound` if the caller may not read the group.
pub(crate) fn posts(cx: &Context<'_, Member>) -> Result<Response> {
    let name: GroupName = cx.param("name")?;
    let (before, size) = slice(cx)?;
    let posts = cx.read(|conn| {
        let feed = readable(conn, cx, &name)?;
        let slice = Slice {
            before,
            size,
            now: cx.now(),
        };
        let page = store::rivers::of_group(conn, cx.user.id, feed, None, slice)?;
        cx.river_with_unread(conn, page)
    })?;
    Ok(Response::json(
        200,
        &views::posts::page_json(&posts.posts, &cx.app.base),
    ))
}

/// Returns a page of the members of a group.
///
/// # Errors
/// `NotFound` if the caller may not read the group.
pub(crate) fn members(cx: &Context<'_, Member>) -> Result<Response> {
    let name: GroupName = cx.param("name")?;
    let (before, size) = slice(cx)?;
    let page = cx.read(|conn| {
        let feed = readable(conn, cx, &name)?;
        members::list(conn, cx.user.id, feed, before, size)
    })?;
    Ok(Response::json(
        200,
        &views::groups::members_json(&page, &cx.app.base),
    ))
}

fn readable(conn: &Snapshot, cx: &Context<'_, Member>, name: &GroupName) -> Result<FeedId> {
    let profile = groups::profile(conn, cx.user.id, name)?;
    if profile.is_readable {
        Ok(profile.group.feed)
    } else {
        Err(Error::NotFound)
    }
}

/// Joins a group, or asks to be let in.
pub(crate) fn join(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("name", |tx, by, name: GroupName| {
        members::join(tx, by, &name)
    })?;
    Ok(Response::empty(204))
}

/// Leaves a group, or withdraws the request.
pub(crate) fn leave(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("name", |tx, by, name: GroupName| {
        members::leave(tx, by, &name)
    })?;
    Ok(Response::empty(204))
}

/// Returns a page of the caller's conversations.
pub(crate) fn directs(cx: &Context<'_, Member>) -> Result<Response> {
    let (before, size) = slice(cx)?;
    let slice = Slice {
        before,
        size,
        now: cx.now(),
    };
    let posts = cx.read(|conn| {
        let page = store::rivers::directs(conn, cx.user.id, slice)?;
        cx.river_with_unread(conn, page)
    })?;
    Ok(Response::json(
        200,
        &views::posts::page_json(&posts.posts, &cx.app.base),
    ))
}
