use std::time::Duration;

use super::{filled, frame, tokens};
use crate::{
    app::App,
    auth::Verdict,
    config::Registration,
    error::{Error, Result},
    http::{CookieKind, Flash, Request, Response},
    model::{Attempt, Credentials, NewSession, Password, Problems, SessionId, Token, User, UserId},
    store::{Tx, devices, presence, sessions, throttle, users},
    views,
};

/// Browsers keep no cookie for longer (RFC 6265bis §5.5).
const DEVICE_AGE: Duration = Duration::from_hours(400 * 24);

pub(crate) fn new(app: &App, request: &Request, user: Option<&User>) -> Result<Response> {
    match user {
        Some(_) => Ok(Response::see_other(
            request.next(&app.base).unwrap_or_else(|| app.base.url("/")),
        )),
        None => again(app, request, None, &Problems::default()),
    }
}

pub(crate) fn create(app: &App, request: &Request, _: Option<&User>) -> Result<Response> {
    let given = Credentials::parse(|name| request.form.get(name))?;
    let proof = prove(app, request, &given.username, &given.password)?;
    let begun = begin(
        app,
        request,
        proof,
        request.form.has("remember"),
        |_| Ok(()),
    );
    let begun = begun.map_err(|error| match error {
        Error::NotFound => unknown(),
        error => error,
    })?;
    let next = request.next(&app.base).unwrap_or_else(|| app.base.url("/"));
    Ok(begun.onto(Response::see_other(next), app))
}

/// The form; also the page it is refused with.
pub(crate) fn again(
    app: &App,
    request: &Request,
    user: Option<&User>,
    problems: &Problems,
) -> Result<Response> {
    let tokens = tokens(app, request);
    let frame = frame(app, request, user, &tokens)?;
    let open = app.config.accounts.registration == Registration::Open;
    let typed = |name: &str| request.form.get(name);
    let next = request.next(&app.base);
    Ok(Response::page(views::sessions::login(
        &frame,
        &filled(&typed, problems),
        next.as_deref(),
        open,
    )))
}

pub(crate) fn delete(app: &App, request: &Request, _: &User) -> Result<Response> {
    if let Some(session) = &request.session {
        let id = session.id;
        app.db.write(request.now, move |tx| sessions::end(tx, id))?;
    }
    Ok(Response::see_other(app.base.url("/login"))
        .header("Set-Cookie", app.cookies.forget(CookieKind::Session))
        .flash(&app.cookies, Flash::LoggedOut))
}

/// Where one is signed in.
pub(crate) fn index(app: &App, request: &Request, user: &User) -> Result<Response> {
    let tokens = tokens(app, request);
    let frame = frame(app, request, Some(user), &tokens)?;
    let (lifetimes, own) = (app.config.accounts.lifetimes(), current(request)?);
    let mut all = app.db.read(|conn| sessions::of(conn, user.id))?;
    all.retain(|session| session.life.expires_at(&lifetimes) > request.now);
    Ok(Response::page(views::sessions::index(&frame, &all, own)))
}

/// # Errors
/// `NotFound` if it is somebody else's.
pub(crate) fn end(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (session, user): (SessionId, UserId) = (request.param("id")?, user.id);
    app.db
        .write(request.now, move |tx| sessions::end_own(tx, user, session))?;
    Ok(Response::see_other(app.base.url("/settings/sessions"))
        .flash(&app.cookies, Flash::SessionEnded))
}

pub(crate) fn end_others(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (user, own) = (user.id, current(request)?);
    app.db.write(request.now, move |tx| {
        sessions::end_all(tx, user, Some(own))
    })?;
    Ok(Response::see_other(app.base.url("/settings/sessions"))
        .flash(&app.cookies, Flash::OtherSessionsEnded))
}

fn current(request: &Request) -> Result<SessionId> {
    let session = request.session.as_ref();
    session
        .map(|session| session.id)
        .ok_or(Error::SignInRequired)
}

/// The one place where a password is compared. An unknown name, and one that may not sign in, is told from a wrong
/// password by nothing: neither by words nor by time.
///
/// # Errors
/// `Invalid` if it is not the password; `TooManyAttempts`, with nothing compared, if too many were wrong lately;
/// `Busy` if too many others want the same.
pub(crate) fn prove(
    app: &App,
    request: &Request,
    username: &str,
    password: &Password,
) -> Result<Proof> {
    let device = request.device.as_ref().map(Token::hash);
    let (known, is_known_device) = app.db.read(|conn| {
        let is_known_device = match &device {
            Some(device) => devices::is_known(conn, device, username)?,
            None => false,
        };
        Ok((users::password_hash(conn, username)?, is_known_device))
    })?;
    let attempt = Attempt::from(request.client);
    let attempt = if is_known_device {
        attempt
    } else {
        attempt.at(username)
    };
    let stored = known.as_ref().map(|(_, hash)| hash.as_str());
    let verdict = counted(app, request, attempt, || {
        match app.hasher.verify(password, stored)? {
            Verdict::Wrong => Err(unknown()),
            right => Ok(right),
        }
    })?;
    let (user, compared) =
        known.ok_or_else(|| Error::internal("a password of nobody was right"))?;
    let Verdict::RightButOld(renewed) = verdict else {
        return Ok(Proof { user, compared });
    };
    let kept = renewed.clone();
    app.db.write(request.now, move |tx| {
        users::renew_password_hash(tx, user, &compared, &kept)
    })?;
    Ok(Proof {
        user,
        compared: renewed,
    })
}

/// That somebody is this user: the password was compared with this hash, and whether that still is theirs is asked when
/// something comes of it.
pub(crate) struct Proof {
    pub(crate) user: UserId,
    pub(crate) compared: String,
}

fn unknown() -> Error {
    Error::invalid(Problems::FORM, "Invalid username or password")
}

/// The same for who is signed in, with the message beside the field in which the password is.
pub(super) fn prove_again(
    app: &App,
    request: &Request,
    user: &User,
    password: &Password,
    field: &'static str,
) -> Result<Proof> {
    let proved = prove(app, request, user.username.as_str(), password);
    proved.map_err(|error| match error {
        Error::Invalid(_) => Error::invalid(field, "Invalid password"),
        error => error,
    })
}

/// Does what strangers could do again and again: what is `Invalid` counts as a failure, and everything else does not.
///
/// # Errors
/// `TooManyAttempts`, with nothing done, if there were too many failures lately; else those of `work`.
pub(super) fn counted<T>(
    app: &App,
    request: &Request,
    attempt: Attempt,
    work: impl FnOnce() -> Result<T>,
) -> Result<T> {
    let taken = attempt.clone();
    app.db
        .write(request.now, move |tx| throttle::take(tx, &taken))?;
    let result = work();
    let settle = match &result {
        Ok(_) => throttle::forgive,
        Err(Error::Invalid(_)) => return result,
        Err(_) => throttle::give_back,
    };
    // If the disk does not take it, it counts as one failure more, which does no harm.
    let _ = app.db.write(request.now, move |tx| settle(tx, &attempt));
    result
}

/// A session that has begun: what its browser is to keep.
pub(crate) struct Begun {
    session: String,
    device: String,
    /// The person was about to leave, and is not any more.
    came_back: bool,
}

impl Begun {
    /// Sends it with an answer.
    pub(crate) fn onto(self, response: Response, app: &App) -> Response {
        let response = response
            .header("Set-Cookie", self.session)
            .header("Set-Cookie", self.device);
        if self.came_back {
            response.flash(&app.cookies, Flash::Back)
        } else {
            response
        }
    }
}

/// Signs in who has proved to be this user: a new session with a new token. The one that the browser had ends, and who
/// was about to leave stays. `with` is done in the same transaction, before.
///
/// # Errors
/// `NotFound` if the proof holds no more; those of `with`.
pub(crate) fn begin(
    app: &App,
    request: &Request,
    proof: Proof,
    persistent: bool,
    with: impl FnOnce(&mut Tx<'_>) -> Result<()> + Send + 'static,
) -> Result<Begun> {
    begin_by(
        app,
        request,
        proof.user,
        Some(proof.compared),
        persistent,
        with,
    )
}

/// The same for who may have proved it without the password (`compared` is none): then the session is not fresh, and what
/// is dangerous asks for the password first.
pub(super) fn begin_by(
    app: &App,
    request: &Request,
    user: UserId,
    compared: Option<String>,
    persistent: bool,
    with: impl FnOnce(&mut Tx<'_>) -> Result<()> + Send + 'static,
) -> Result<Begun> {
    let (token, lifetimes) = (Token::random(), app.config.accounts.lifetimes());
    let new = NewSession {
        token: token.hash(),
        persistent,
        is_fresh: compared.is_some(),
        whereabouts: request.whereabouts.clone(),
    };
    let old = request.session.as_ref().map(|session| session.id);
    let (given, made) = (request.device.as_ref().map(Token::hash), Token::random());
    let made_hash = made.hash();
    let (knows_given, came_back) = app.db.write(request.now, move |tx| {
        let came_back = presence::let_in(tx, user, compared.as_deref())?;
        with(tx)?;
        if let Some(old) = old {
            sessions::end(tx, old)?;
        }
        let given = match given {
            Some(given) if devices::exists(tx, &given)? => Some(given),
            _ => None,
        };
        devices::remember(tx, user, given.as_ref().unwrap_or(&made_hash))?;
        sessions::start(tx, user, &new, &lifetimes)?;
        Ok((given.is_some(), came_back))
    })?;
    let device = request.device.as_ref().filter(|_| knows_given);
    let device = device.unwrap_or(&made).as_str();
    let age = persistent.then_some(lifetimes.persistent_most);
    let cookies = &app.cookies;
    Ok(Begun {
        session: cookies.set(CookieKind::Session, token.as_str(), age),
        device: cookies.set(CookieKind::Device, device, Some(DEVICE_AGE)),
        came_back,
    })
}
