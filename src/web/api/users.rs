//! People.

use super::requests::slice;
use crate::{
    error::Result,
    http::Response,
    model::{Cursor, Page, Profile, RelatedUser, Slice, UserName},
    store::{self, Snapshot, relationships, users},
    views,
    web::{Context, Member},
};

pub(crate) fn me(cx: &Context<'_, Member>) -> Result<Response> {
    let me = views::users::me_json(cx.user, cx.caller.role(), &cx.app.base);
    Ok(Response::json(200, &me))
}

/// Finds a person by the current name, or by an earlier one.
pub(crate) fn show(cx: &Context<'_, Member>) -> Result<Response> {
    let name: UserName = cx.param("username")?;
    let (profile, relationship) = cx.read(|conn| {
        let profile = users::profile(conn, cx.user.id, &name)?;
        let relationship = relationships::between(conn, cx.user.id, profile.user.id)?;
        Ok((profile, relationship))
    })?;
    let profile = views::users::profile_json(&profile, relationship, &cx.app.base);
    Ok(Response::json(200, &profile))
}

pub(crate) fn posts(cx: &Context<'_, Member>) -> Result<Response> {
    let posts = list(cx, |conn, profile, before, size| {
        let slice = Slice {
            before,
            size,
            now: cx.now(),
        };
        let page = store::rivers::of_person(conn, cx.user.id, &profile.user, None, slice)?;
        cx.page_with_unread(conn, page.posts)
    })?;
    Ok(Response::json(
        200,
        &views::posts::page_json(&posts, &cx.app.base),
    ))
}

pub(crate) fn followers(cx: &Context<'_, Member>) -> Result<Response> {
    let people: Page<RelatedUser> = list(cx, |conn, profile, before, size| {
        relationships::followers(conn, cx.user.id, profile.user.feed, before, size)
    })?;
    Ok(Response::json(
        200,
        &views::people::page_json(&people, &cx.app.base),
    ))
}

pub(crate) fn following(cx: &Context<'_, Member>) -> Result<Response> {
    let people: Page<RelatedUser> = list(cx, |conn, profile, before, size| {
        relationships::following(conn, cx.user.id, profile.user.id, before, size)
    })?;
    Ok(Response::json(
        200,
        &views::people::page_json(&people, &cx.app.base),
    ))
}

/// Reads a page of a list that belongs to a person.
fn list<T>(
    cx: &Context<'_, Member>,
    read: impl FnOnce(&Snapshot, &Profile, Option<Cursor>, u32) -> Result<Page<T>>,
) -> Result<Page<T>> {
    let name: UserName = cx.param("username")?;
    let (before, size) = slice(cx)?;
    cx.read(|conn| {
        let profile = users::profile(conn, cx.user.id, &name)?;
        read(conn, &profile, before, size)
    })
}
