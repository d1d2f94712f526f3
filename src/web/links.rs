//! Links that work once: for the first admin, and for a new password.

use super::{Anyone, Audience, Context};
use crate::{
    error::{Error, Result},
    http::{Flash, Response},
    model::{Actor, BaseUrl, Link, LinkKind, NewUser, Password, Problems, Token},
    store::{links, members, users},
    views,
};

/// The link by which a request came.
enum LinkLookup {
    Valid(Token, Link),
    /// It no longer works; the answer says so.
    Dead(Response),
}

/// Returns a link as it is shown to the person who made it.
pub(super) fn once(cx: &Context<'_, impl Audience>, path: &str) -> views::links::Once {
    let href = cx.app.base.url(path);
    let site = site(cx);
    views::links::Once {
        whole: site.as_ref().map(|site| format!("{}{href}", site.origin)),
        is_for_others: site.is_some_and(|site| !site.is_this_machine()),
        href,
    }
}

/// Returns an address of this site for programs; only its path if nothing says where the site is.
pub(super) fn whole(cx: &Context<'_, impl Audience>, path: &str) -> String {
    let href = cx.app.base.url(path);
    site(cx).map_or(href.clone(), |site| site.origin + &href)
}

/// Returns where a link finds this site: as the operator says. If the operator says nothing, it is where this browser
/// found it.
///
/// This is the one place where an address is made from `Host`, and nobody else can choose it. The guard let the host
/// through, so it is an address or a name that only a local network gives, not that of a page elsewhere; the browser
/// showed a session, whose cookie it gives to the very host that set it; and the form came from a page of that host.
/// The address is shown to this person alone. A program that lies about its host lies to itself.
pub(super) fn site(cx: &Context<'_, impl Audience>) -> Option<BaseUrl> {
    let known = cx.app.config.server.base_url.clone();
    known.or_else(|| BaseUrl::parse(&cx.request.origin.reached()))
}

/// Shows the form for the first admin's account; or, to a member, the button that makes them admin.
pub(crate) fn setup(cx: &Context<'_, Anyone>) -> Result<Response> {
    setup_again(cx, &Problems::default())
}

/// Makes the first admin. It signs nobody in, because whoever has the link has proved nothing about themselves.
pub(crate) fn set_up(cx: &Context<'_, Anyone>) -> Result<Response> {
    let token = match link(cx, LinkKind::Setup)? {
        LinkLookup::Valid(token, _) => token,
        LinkLookup::Dead(answer) => return Ok(answer),
    };
    let address = cx.request.client;
    if let Some(user) = cx.user {
        let (by, id) = (Actor::person(user, address), user.id);
        cx.write(move |tx| members::set_up_member(tx, &by, &token, id))?;
        return Ok(cx.see_other("/admin"));
    }
    let new = NewUser::parse(|name| cx.typed(name), &cx.app.config.password_rules())?;
    let hash = cx.app.hasher.hash(&new.password)?;
    let username = new.username.as_str().to_owned();
    let by = Actor::Person { username, address };
    cx.write(move |tx| members::set_up(tx, &by, &token, &new, &hash))?;
    Ok(cx.flash(cx.see_other("/login"), Flash::Registered))
}

pub(crate) fn setup_again(cx: &Context<'_, Anyone>, problems: &Problems) -> Result<Response> {
    let token = match link(cx, LinkKind::Setup)? {
        LinkLookup::Valid(token, _) => token,
        LinkLookup::Dead(answer) => return Ok(answer),
    };
    cx.form_page(problems, |layout, filled| {
        let chars_min = cx.app.config.accounts.min_password;
        views::links::setup(layout, &token, filled, chars_min)
    })
}

/// Shows the form for a new password.
pub(crate) fn reset(cx: &Context<'_, Anyone>) -> Result<Response> {
    reset_again(cx, &Problems::default())
}

/// Sets a new password. Every browser of the person is signed out, this one too.
pub(crate) fn set_password(cx: &Context<'_, Anyone>) -> Result<Response> {
    let (token, link) = match link(cx, LinkKind::Reset)? {
        LinkLookup::Valid(token, link) => (token, link),
        LinkLookup::Dead(answer) => return Ok(answer),
    };
    let owner = link.user.ok_or(Error::NotFound)?;
    let owner = cx.read(|conn| users::by_id(conn, owner))?;
    let mut problems = Problems::default();
    let password = Password::parse(
        cx.typed("password"),
        owner.username.as_str(),
        &cx.app.config.password_rules(),
    );
    let password = problems.check("password", password).ok_or(problems)?;
    let hash = cx.app.hasher.hash(&password)?;
    let address = cx.request.client;
    cx.write(move |tx| {
        let by = |name: &str| Actor::Person {
            username: name.to_owned(),
            address,
        };
        members::reset_password(tx, by, &token, &hash)
    })?;
    Ok(cx.flash(cx.see_other("/login"), Flash::NewPassword))
}

pub(crate) fn reset_again(cx: &Context<'_, Anyone>, problems: &Problems) -> Result<Response> {
    let (token, link) = match link(cx, LinkKind::Reset)? {
        LinkLookup::Valid(token, link) => (token, link),
        LinkLookup::Dead(answer) => return Ok(answer),
    };
    let owner = link.user.ok_or(Error::NotFound)?;
    let owner = cx.read(|conn| users::by_id(conn, owner))?;
    cx.form_page(problems, |layout, filled| {
        let chars_min = cx.app.config.accounts.min_password;
        views::links::reset(layout, &token, &owner, filled, chars_min)
    })
}

/// Looks up the link by which the request came, before a password costs a hash.
fn link(cx: &Context<'_, Anyone>, kind: LinkKind) -> Result<LinkLookup> {
    let token = Token::given(&cx.param::<String>("token")?);
    let hash = token.hash();
    let found = cx.read(|conn| links::find(conn, kind, &hash))?;
    let (status, has_expired) = match found {
        Some(link) if link.expires_at > cx.now() => return Ok(LinkLookup::Valid(token, link)),
        Some(_) => (410, true),
        // A link is deleted when it is used.
        None => (404, false),
    };
    let page = cx.page(|layout| views::links::dead(layout, kind, has_expired))?;
    Ok(LinkLookup::Dead(page.status(status)))
}
