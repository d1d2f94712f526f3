//! Invitations: made by members or admins, shown to newcomers, and needed to register where the site says so.

use super::{Admin, Anyone, Context, Member, links};
use crate::{
    config::Registration,
    error::{Error, Result},
    http::Response,
    model::{Invitation, InvitationId, NewInvitation, Problems, Token, TokenHash},
    store::invitations,
    views::{self, Filled},
};

/// [`NewInvitation::USES_DEFAULT`] and [`NewInvitation::DAYS_DEFAULT`], as the form shows them.
const USES_SHOWN: &str = "1";
const DAYS_SHOWN: &str = "7";

/// The conditions for a newcomer, besides a name and a password.
pub(super) enum Admission {
    Nothing,
    /// An invitation, which has to be typed; or the one that was given is not valid.
    Wanted,
    Invited(Box<Invitation>, String),
}

impl Admission {
    pub(super) fn shown(&self) -> views::invitations::RegistrationInvite<'_> {
        match self {
            Admission::Nothing => views::invitations::RegistrationInvite::Nothing,
            Admission::Wanted => views::invitations::RegistrationInvite::Wanted,
            Admission::Invited(invitation, token) => {
                views::invitations::RegistrationInvite::Invited(invitation, token)
            }
        }
    }
}

/// Finds the invitation of a form for registering, before the password costs a hash. Whether the invitation is still
/// valid when its holder is let in is decided by that transaction.
///
/// # Errors
/// `Forbidden` if nobody can register; `Invalid` if an invitation is missing or not open.
pub(super) fn given(cx: &Context<'_, Anyone>) -> Result<Option<TokenHash>> {
    let refused = |why: &str| Err(Error::invalid("invite", why));
    match (cx.app.config.accounts.registration, token(cx)) {
        (Registration::Closed, _) => Err(Error::Forbidden),
        (Registration::Open, "") => Ok(None),
        (Registration::Invite, "") => refused("Only invited people can register here."),
        (Registration::Open | Registration::Invite, token) => {
            let hash = Token::given(token).hash();
            match find(cx, &hash)? {
                None => refused(invitations::UNKNOWN),
                Some(invitation) => match invitation.state(cx.now()).refusal() {
                    Some(why) => refused(why),
                    None => Ok(Some(hash)),
                },
            }
        }
    }
}

/// Returns what the form for registering asks for, after what was sent with it.
pub(super) fn admission(cx: &Context<'_, Anyone>) -> Result<Admission> {
    let token = token(cx);
    if token.is_empty() {
        let is_open = cx.app.config.accounts.registration == Registration::Open;
        return Ok(if is_open {
            Admission::Nothing
        } else {
            Admission::Wanted
        });
    }
    let found = find(cx, &Token::given(token).hash())?;
    let open = found.filter(|found| found.state(cx.now()).refusal().is_none());
    Ok(match open {
        Some(invitation) => Admission::Invited(Box::new(invitation), token.to_owned()),
        None => Admission::Wanted,
    })
}

/// Shows the form for registering, with the name of who invites.
pub(crate) fn show(cx: &Context<'_, Anyone>) -> Result<Response> {
    if cx.user.is_some() {
        return Ok(cx.see_other("/"));
    }
    let token: String = cx.param("token")?;
    let found = find(cx, &Token::given(&token).hash())?;
    if cx.app.config.accounts.registration == Registration::Closed {
        let page = cx.page(views::users::registration_closed)?;
        return Ok(page.status(403));
    }
    let dead = |status, why| {
        let page = cx.page(|layout| views::invitations::dead(layout, why))?;
        Ok(page.status(status))
    };
    let Some(invitation) = found else {
        return dead(404, invitations::UNKNOWN);
    };
    if let Some(why) = invitation.state(cx.now()).refusal() {
        return dead(410, why);
    }
    cx.form_page(&Problems::default(), |layout, filled| {
        let chars_min = cx.app.config.accounts.min_password;
        let entry = views::invitations::RegistrationInvite::Invited(&invitation, &token);
        views::users::register(layout, filled, chars_min, &entry)
    })
}

/// Shows a member's own invitations, and the form for one more.
pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    check_inviter(cx)?;
    let typed = |name: &str| match name {
        // Newcomers start with the person they know.
        "follow" => cx.user.username.as_str(),
        "uses" => USES_SHOWN,
        "days" => DAYS_SHOWN,
        _ => "",
    };
    own(cx, &Filled::new(&typed, &Problems::default()), None)
}

/// Makes an invitation, and shows its link on the page that answers: it is stored nowhere, so no other page could.
pub(crate) fn create(cx: &Context<'_, Member>) -> Result<Response> {
    check_inviter(cx)?;
    let new = NewInvitation::parse(|name| cx.typed(name))?;
    let (token, maker) = (Token::random(), cx.user.id);
    let hash = token.hash();
    let by = cx.caller.is_admin().then(|| cx.actor());
    cx.write(move |tx| invitations::make(tx, Some(maker), by.as_ref(), &new, &hash))?;
    let link = links::once(cx, &format!("/invite/{}", token.as_str()));
    let typed = |name: &str| cx.typed(name);
    own(cx, &Filled::new(&typed, &Problems::default()), Some(&link))
}

pub(crate) fn again(cx: &Context<'_, Member>, problems: &Problems) -> Result<Response> {
    let typed = |name: &str| cx.typed(name);
    own(cx, &Filled::new(&typed, problems), None)
}

fn own(
    cx: &Context<'_, Member>,
    filled: &Filled<'_>,
    made: Option<&views::links::Once>,
) -> Result<Response> {
    let (before, size) = cx.slice()?;
    cx.page_of(
        |conn| invitations::of_maker(conn, cx.user.id, before, size),
        |layout, page| views::invitations::own(layout, &page, cx.now(), filled, made),
    )
}

pub(crate) fn revoke(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("id", invitations::revoke)?;
    Ok(cx.see_other("/settings/invitations"))
}

/// Shows everybody's invitations, for admins.
pub(crate) fn all(cx: &Context<'_, Admin>) -> Result<Response> {
    let (before, size) = cx.slice()?;
    cx.page_of(
        |conn| invitations::all(conn, before, size),
        |layout, page| views::invitations::all(layout, &page, cx.now()),
    )
}

pub(crate) fn revoke_any(cx: &Context<'_, Admin>) -> Result<Response> {
    let (id, by): (InvitationId, _) = (cx.param("id")?, cx.actor());
    cx.write(move |tx| invitations::revoke_any(tx, &by, id))?;
    Ok(cx.see_other("/admin/invitations"))
}

fn check_inviter(cx: &Context<'_, Member>) -> Result<()> {
    if cx.may_invite() {
        Ok(())
    } else if cx.app.config.accounts.registration == Registration::Closed {
        Err(Error::NotFound)
    } else {
        Err(Error::AdminsOnly)
    }
}

/// Finds an invitation; none if there is no such one.
fn find(cx: &Context<'_, Anyone>, hash: &TokenHash) -> Result<Option<Invitation>> {
    match cx.read(|conn| invitations::find(conn, hash)) {
        Err(Error::NotFound) => Ok(None),
        found => found.map(Some),
    }
}

/// Returns the token in the form: people paste the invitation alone, or the whole link.
fn token<'r>(cx: &'r Context<'_, Anyone>) -> &'r str {
    let given = cx.typed("invite").trim();
    given.rsplit('/').next().unwrap_or_default()
}
