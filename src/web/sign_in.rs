//! Comparing passwords, counting wrong ones, and beginning sessions: for pages and for the API.

use std::time::Duration;

use super::{Audience, Context, SignedIn};
use crate::{
    app::App,
    auth::Verdict,
    error::{Error, Result},
    http::{CookieKind, Flash, Response},
    model::{Attempt, NewSession, Password, Problems, Token, UserId},
    store::{Tx, devices, presence, sessions, throttle, users},
};

/// The age of the cookie that names a device. Browsers keep no cookie for longer (RFC 6265bis §5.5).
const DEVICE_AGE: Duration = Duration::from_hours(400 * 24);

/// A proof that the caller is this user: the password fits this hash. Whether the hash is still the user's is checked
/// again when the proof is used.
pub(crate) struct Proof {
    pub(crate) user: UserId,
    pub(crate) compared: String,
}

/// A session that has begun: the cookies for its browser.
pub(crate) struct Begun {
    session: String,
    device: String,
    /// The person was about to leave, and now stays.
    came_back: bool,
}

/// Compares a password: the one place that does. An unknown name, and one that may not sign in, cannot be told from a
/// wrong password, neither by words nor by time.
///
/// # Errors
/// `Invalid` if it is not the password; `TooManyAttempts`, with nothing compared, if too many were wrong lately;
/// `Busy` if too many others want the same.
pub(crate) fn prove(
    cx: &Context<'_, impl Audience>,
    username: &str,
    password: &Password,
) -> Result<Proof> {
    let device = cx.request.cookies.device.as_ref().map(Token::hash);
    let (known, is_known_device) = cx.read(|conn| {
        let is_known_device = match &device {
            Some(device) => devices::is_known(conn, device, username)?,
            None => false,
        };
        Ok((users::password_hash(conn, username)?, is_known_device))
    })?;
    let attempt = Attempt::from(cx.request.client);
    let attempt = if is_known_device {
        attempt
    } else {
        attempt.at(username)
    };
    let stored = known.as_ref().map(|(_, hash)| hash.as_str());
    let verdict = counted(cx, attempt, || {
        match cx.app.hasher.verify(password, stored)? {
            Verdict::Wrong => Err(unknown()),
            right => Ok(right),
        }
    });
    if let Err(error @ (Error::Invalid(_) | Error::TooManyAttempts { .. })) = &verdict {
        note_failure(cx, error);
    }
    let verdict = verdict?;
    let (user, compared) =
        known.ok_or_else(|| Error::internal("a password of nobody was right"))?;
    let Verdict::RightButOld(renewed) = verdict else {
        return Ok(Proof { user, compared });
    };
    let kept = renewed.clone();
    cx.write(move |tx| users::renew_password_hash(tx, user, &compared, &kept))?;
    Ok(Proof {
        user,
        compared: renewed,
    })
}

/// Counts and logs a sign-in that failed. Programs such as fail2ban read the line, so it stays as it is. The name is not in it:
/// people type passwords there.
fn note_failure(cx: &Context<'_, impl Audience>, error: &Error) {
    cx.app.failed_sign_ins.inc();
    let reason = match error {
        Error::Invalid(_) => "wrong",
        _ => "too-many",
    };
    let client = cx.request.client;
    let log = &cx.app.log;
    log.warn(
        "sign-in failed",
        &[("client", &client), ("reason", &reason)],
    );
}

/// Returns the error for a name and a password that do not fit.
pub(super) fn unknown() -> Error {
    Error::invalid(Problems::FORM, "Invalid username or password")
}

/// Compares the password of a user who is signed in. The message of a wrong one is for this field.
///
/// # Errors
/// Those of [`prove`].
pub(super) fn prove_again(
    cx: &Context<'_, impl SignedIn>,
    password: &Password,
    field: &'static str,
) -> Result<Proof> {
    let proved = prove(cx, cx.user.username.as_str(), password);
    proved.map_err(|error| match error {
        Error::Invalid(_) => Error::invalid(field, "Invalid password"),
        error => error,
    })
}

/// Does something that strangers could try again and again. `Invalid` counts as a failure, any other error does not.
///
/// # Errors
/// `TooManyAttempts`, with nothing done, if there were too many failures lately; else those of `work`.
pub(super) fn counted<T>(
    cx: &Context<'_, impl Audience>,
    attempt: Attempt,
    work: impl FnOnce() -> Result<T>,
) -> Result<T> {
    let taken = attempt.clone();
    cx.write(move |tx| {
        tx.is_on_no_page();
        throttle::take(tx, &taken)
    })?;
    let result = work();
    let settle = match &result {
        Ok(_) => throttle::forgive,
        Err(Error::Invalid(_)) => return result,
        Err(_) => throttle::give_back,
    };
    // If the disk does not take it, it counts as one failure more, which does no harm.
    let _ = cx.write(move |tx| {
        tx.is_on_no_page();
        settle(tx, &attempt)
    });
    result
}

impl Begun {
    /// Sends the cookies with an answer.
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

/// Signs in a user who has proved themselves: with a new session and a new token. The session that the browser had ends,
/// and a person who was about to leave stays. `with` is done in the same transaction, before.
///
/// # Errors
/// `NotFound` if the proof is no longer valid; those of `with`.
pub(crate) fn begin(
    cx: &Context<'_, impl Audience>,
    proof: Proof,
    persistent: bool,
    with: impl FnOnce(&mut Tx<'_>) -> Result<()> + Send + 'static,
) -> Result<Begun> {
    begin_by(cx, proof.user, Some(proof.compared), persistent, with)
}

/// Begins a session like [`begin`]. Without a password (`compared` is none) the session is not fresh, and a sensitive
/// step asks for the password first.
pub(super) fn begin_by(
    cx: &Context<'_, impl Audience>,
    user: UserId,
    compared: Option<String>,
    persistent: bool,
    with: impl FnOnce(&mut Tx<'_>) -> Result<()> + Send + 'static,
) -> Result<Begun> {
    let (token, lifetimes) = (Token::random(), cx.app.config.accounts.lifetimes());
    let new = NewSession {
        token: token.hash(),
        persistent,
        is_fresh: compared.is_some(),
        whereabouts: cx.request.whereabouts.clone(),
    };
    let old = cx.caller.session().map(|session| session.id);
    let shown = cx.request.cookies.device.as_ref();
    let (given, made) = (shown.map(Token::hash), Token::random());
    let made_hash = made.hash();
    let (knows_given, came_back) = cx.write(move |tx| {
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
    let device = shown.filter(|_| knows_given).unwrap_or(&made).as_str();
    let age = persistent.then_some(lifetimes.persistent_most);
    let cookies = &cx.app.cookies;
    Ok(Begun {
        session: cookies.set(CookieKind::Session, token.as_str(), age),
        device: cookies.set(CookieKind::Device, device, Some(DEVICE_AGE)),
        came_back,
    })
}
