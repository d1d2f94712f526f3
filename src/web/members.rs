//! People as admins see them, and what admins do with them.

use super::{Admin, Context, links};
use crate::{
    error::Result,
    http::Response,
    model::{self, Actor, Problems, Role, Token, UserName},
    store::{Tx, members, sessions},
    views,
};

/// The most characters of a name that is searched for; no name has more.
const WANTED_CHARS_MAX: usize = 70;

pub(crate) fn index(cx: &Context<'_, Admin>) -> Result<Response> {
    let wanted = cx.request.query.get("q").trim().trim_start_matches('@');
    let wanted: String = wanted.chars().take(WANTED_CHARS_MAX).collect();
    let (before, size) = cx.slice()?;
    cx.page_of(
        |conn| members::page(conn, &wanted, before, size),
        |layout, page| views::members::index(layout, &wanted, &page),
    )
}

pub(crate) fn show(cx: &Context<'_, Admin>) -> Result<Response> {
    page(cx, &Problems::default(), None)
}

/// Shows the page again, with the reason why something was not done.
pub(crate) fn show_again(cx: &Context<'_, Admin>, problems: &Problems) -> Result<Response> {
    page(cx, problems, None)
}

pub(crate) fn promote(cx: &Context<'_, Admin>) -> Result<Response> {
    act(cx, members::promote)
}

pub(crate) fn demote(cx: &Context<'_, Admin>) -> Result<Response> {
    act(cx, members::demote)
}

pub(crate) fn suspend(cx: &Context<'_, Admin>) -> Result<Response> {
    act(cx, members::suspend)
}

pub(crate) fn reinstate(cx: &Context<'_, Admin>) -> Result<Response> {
    act(cx, members::reinstate)
}

pub(crate) fn end_sessions(cx: &Context<'_, Admin>) -> Result<Response> {
    act(cx, members::end_sessions)
}

pub(crate) fn delete(cx: &Context<'_, Admin>) -> Result<Response> {
    act(cx, members::delete)
}

pub(crate) fn keep(cx: &Context<'_, Admin>) -> Result<Response> {
    act(cx, members::keep)
}

/// Makes a link for a new password, and shows it on the page that answers: it is stored nowhere, so no other page could.
pub(crate) fn reset(cx: &Context<'_, Admin>) -> Result<Response> {
    let (name, by): (UserName, _) = (cx.param("name")?, cx.actor());
    let token = Token::random();
    let hash = token.hash();
    cx.write(move |tx| members::make_reset_link(tx, &by, &name, &hash))?;
    let link = links::once(cx, &format!("/reset/{}", token.as_str()));
    page(cx, &Problems::default(), Some(&link))
}

fn act(
    cx: &Context<'_, Admin>,
    act: fn(&mut Tx<'_>, &Actor, &UserName) -> Result<model::MemberSummary>,
) -> Result<Response> {
    let (name, by): (UserName, _) = (cx.param("name")?, cx.actor());
    let member = cx.write(move |tx| act(tx, &by, &name))?;
    // Admins who gave up their own role may not see the page of a member any more.
    let is_left = member.user.id == cx.user.id && member.role == Role::Member;
    Ok(if is_left {
        cx.see_other("/")
    } else {
        cx.see_other(&views::members::path(&member.user))
    })
}

fn page(
    cx: &Context<'_, Admin>,
    problems: &Problems,
    link: Option<&views::links::Once>,
) -> Result<Response> {
    let name: UserName = cx.param("name")?;
    let lifetimes = cx.app.config.accounts.lifetimes();
    cx.page_of(
        |conn| {
            let member = members::find(conn, &name)?;
            let mut sessions = sessions::of(conn, member.user.id)?;
            sessions.retain(|session| session.life.expires_at(&lifetimes) > cx.now());
            Ok((member, sessions.len()))
        },
        |layout, (member, sessions)| {
            views::members::show(layout, &member, sessions, problems, link)
        },
    )
}
