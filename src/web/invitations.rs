use super::{filled, frame, links, tokens};
use crate::{
    app::App,
    config::{Inviters, Registration},
    error::{Error, Result},
    http::{Request, Response},
    model::{Actor, Invitation, InvitationId, NewInvitation, Problems, Token, TokenHash, User},
    store::invitations,
    views,
};

/// What a newcomer needs beside a name and a password.
pub(super) enum Entry {
    Nothing,
    /// An invitation, to be typed; or one was given that does not serve.
    Wanted,
    Invited(Box<Invitation>, String),
}

impl Entry {
    pub(super) fn shown(&self) -> views::invitations::Entry<'_> {
        match self {
            Entry::Nothing => views::invitations::Entry::Nothing,
            Entry::Wanted => views::invitations::Entry::Wanted,
            Entry::Invited(invitation, token) => {
                views::invitations::Entry::Invited(invitation, token)
            }
        }
    }
}

/// Whether who asks may make invitations.
pub(super) fn may_invite(app: &App, request: &Request) -> bool {
    let accounts = &app.config.accounts;
    accounts.registration != Registration::Closed
        && match accounts.invitations_by {
            Inviters::Members => request.session.is_some(),
            Inviters::Admins => request.is_admin(),
        }
}

/// The invitation of a form that somebody registers with, looked at before their password costs a hash. Whether it
/// still serves when they are let in is decided by the same transaction.
///
/// # Errors
/// `Forbidden` if nobody can register; `Invalid` if an invitation is missing or not open.
pub(super) fn given(app: &App, request: &Request) -> Result<Option<TokenHash>> {
    let refused = |why: &str| Err(Error::invalid("invite", why));
    match (app.config.accounts.registration, token(request)) {
        (Registration::Closed, _) => Err(Error::Forbidden),
        (Registration::Open, "") => Ok(None),
        (Registration::Invite, "") => refused("Only who is invited can register here."),
        (Registration::Open | Registration::Invite, token) => {
            let hash = Token::given(token).hash();
            match find(app, &hash)? {
                None => refused(invitations::UNKNOWN),
                Some(invitation) => match invitation.state(request.now).refusal() {
                    Some(why) => refused(why),
                    None => Ok(Some(hash)),
                },
            }
        }
    }
}

/// What the form for registering asks for, after what was sent with it.
pub(super) fn entry(app: &App, request: &Request) -> Result<Entry> {
    let token = token(request);
    if token.is_empty() {
        let open = app.config.accounts.registration == Registration::Open;
        return Ok(if open { Entry::Nothing } else { Entry::Wanted });
    }
    let found = find(app, &Token::given(token).hash())?;
    let open = found.filter(|found| found.state(request.now).refusal().is_none());
    Ok(match open {
        Some(invitation) => Entry::Invited(Box::new(invitation), token.to_owned()),
        None => Entry::Wanted,
    })
}

/// Where an invitation leads: to the form for registering, with who invites.
pub(crate) fn show(app: &App, request: &Request, user: Option<&User>) -> Result<Response> {
    if user.is_some() {
        return Ok(Response::see_other(app.base.url("/")));
    }
    let token: String = request.param("token")?;
    let found = find(app, &Token::given(&token).hash())?;
    let tokens = tokens(app, request);
    let frame = frame(app, request, None, &tokens)?;
    if app.config.accounts.registration == Registration::Closed {
        return Ok(Response::page(views::users::registration_closed(&frame)).status(403));
    }
    let dead =
        |status, why| Ok(Response::page(views::invitations::dead(&frame, why)).status(status));
    let Some(invitation) = found else {
        return dead(404, invitations::UNKNOWN);
    };
    if let Some(why) = invitation.state(request.now).refusal() {
        return dead(410, why);
    }
    let page = views::users::register(
        &frame,
        &filled(&|_| "", &Problems::default()),
        app.config.accounts.min_password,
        &views::invitations::Entry::Invited(&invitation, &token),
    );
    Ok(Response::page(page))
}

/// A member's own invitations, and the form for one more.
pub(crate) fn index(app: &App, request: &Request, user: &User) -> Result<Response> {
    check_inviter(app, request)?;
    let typed = |name: &str| match name {
        // Newcomers meet the one whom they know.
        "follow" => user.username.as_str(),
        "uses" => USES_SHOWN,
        "days" => DAYS_SHOWN,
        _ => "",
    };
    let problems = Problems::default();
    own(app, request, user, &filled(&typed, &problems), None)
}

/// [`NewInvitation::USES_DEFAULT`] and [`NewInvitation::DAYS_DEFAULT`], as they stand in a field.
const USES_SHOWN: &str = "1";
const DAYS_SHOWN: &str = "7";

/// Shows the link on the page that answers: it is stored nowhere, so there is no page to go to for it.
pub(crate) fn create(app: &App, request: &Request, user: &User) -> Result<Response> {
    check_inviter(app, request)?;
    let new = NewInvitation::parse(|name| request.form.get(name))?;
    let (token, maker) = (Token::random(), user.id);
    let hash = token.hash();
    let by = request
        .is_admin()
        .then(|| Actor::person(user, request.client));
    app.db.write(request.now, move |tx| {
        invitations::make(tx, Some(maker), by.as_ref(), &new, &hash)
    })?;
    let link = links::once(app, &format!("/invite/{}", token.as_str()));
    let typed = |name: &str| request.form.get(name);
    let problems = Problems::default();
    own(app, request, user, &filled(&typed, &problems), Some(&link))
}

pub(crate) fn again(
    app: &App,
    request: &Request,
    user: Option<&User>,
    problems: &Problems,
) -> Result<Response> {
    let typed = |name: &str| request.form.get(name);
    let user = user.ok_or(Error::SignInRequired)?;
    own(app, request, user, &filled(&typed, problems), None)
}

fn own(
    app: &App,
    request: &Request,
    user: &User,
    filled: &views::Filled<'_>,
    made: Option<&views::links::Once>,
) -> Result<Response> {
    let tokens = tokens(app, request);
    let frame = frame(app, request, Some(user), &tokens)?;
    let (before, size) = (request.before()?, app.config.feed.page_size);
    let page = app
        .db
        .read(|conn| invitations::of_maker(conn, user.id, before, size))?;
    let page = views::invitations::own(&frame, &page, request.now, filled, made);
    Ok(Response::page(page))
}

pub(crate) fn revoke(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (id, maker): (InvitationId, _) = (request.param("id")?, user.id);
    app.db
        .write(request.now, move |tx| invitations::revoke(tx, maker, id))?;
    Ok(Response::see_other(app.base.url("/settings/invitations")))
}

/// Everybody's, for admins.
pub(crate) fn all(app: &App, request: &Request, user: &User) -> Result<Response> {
    let tokens = tokens(app, request);
    let frame = frame(app, request, Some(user), &tokens)?;
    let (before, size) = (request.before()?, app.config.feed.page_size);
    let page = app.db.read(|conn| invitations::all(conn, before, size))?;
    let page = views::invitations::all(&frame, &page, request.now);
    Ok(Response::page(page))
}

pub(crate) fn revoke_any(app: &App, request: &Request, user: &User) -> Result<Response> {
    let id: InvitationId = request.param("id")?;
    let by = Actor::person(user, request.client);
    app.db
        .write(request.now, move |tx| invitations::revoke_any(tx, &by, id))?;
    Ok(Response::see_other(app.base.url("/admin/invitations")))
}

fn check_inviter(app: &App, request: &Request) -> Result<()> {
    if may_invite(app, request) {
        Ok(())
    } else if app.config.accounts.registration == Registration::Closed {
        Err(Error::NotFound)
    } else {
        Err(Error::AdminsOnly)
    }
}

/// None if there is no such invitation.
fn find(app: &App, hash: &TokenHash) -> Result<Option<Invitation>> {
    match app.db.read(|conn| invitations::find(conn, hash)) {
        Err(Error::NotFound) => Ok(None),
        found => found.map(Some),
    }
}

/// What stands in the form: the invitation, or the whole link as it was sent around.
fn token(request: &Request) -> &str {
    let given = request.form.get("invite").trim();
    given.rsplit('/').next().unwrap_or_default()
}
