//! The error of a request: one enum whose variants are HTTP statuses.

use std::fmt;

use crate::model::{Problems, TokenFault};

/// Result of everything that can fail while a request is served.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The reason why a request could not be served. Each variant has one HTTP status, so the mapping is here and
/// handlers only use `?`. `Display` is for the person who sent the request.
#[derive(Debug)]
pub enum Error {
    /// The thing does not exist, or the viewer may not know that it does.
    NotFound,
    /// The path exists, but not for this method; the text lists the allowed ones.
    MethodNotAllowed(String),
    /// Signing in would help.
    SignInRequired,
    /// Nobody is signed in; the text says so in the words of the API.
    NotSignedIn(&'static str),
    /// The token of a program is not valid.
    BadToken(TokenFault),
    /// The token of a program may only read.
    ReadOnlyToken,
    /// The last password entry was too long ago; the user must enter the password again.
    ConfirmationRequired,
    /// Only an admin may do this.
    AdminsOnly,
    /// A guest has read as many posts as the site allows.
    GuestLimit(u32),
    /// The viewer may see the thing, but not change it.
    Forbidden,
    /// The form was not made by this site for this browser, or is too old.
    Forged,
    /// The request was sent by another site; the text says which one.
    CrossSite(String),
    /// The form is wrong; the texts are for the person who filled it in.
    Invalid(Problems),
    /// The request is malformed; the text says what is wrong with it.
    BadRequest(String),
    /// The request is too large; the text says what is allowed.
    TooLarge(String),
    /// The body has another type than this path accepts.
    UnsupportedMediaType(&'static str),
    /// Somebody else did the same at the same time, or before; the text says what.
    Conflict(String),
    /// The rate limit was reached; the client may try again after this many seconds.
    TooManyAttempts { retry_after: u32 },
    /// The request is for a host that is not this site.
    Misdirected(String),
    /// The server is overloaded; the client may try again after this many seconds.
    Busy { retry_after: u32 },
    /// The disk does not accept writes at the moment; the text says why.
    StorageUnavailable(String),
    /// A fault of ours: logged in full, shown as "Something went wrong".
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// Returns the HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Error::BadRequest(_) => 400,
            Error::BadToken(_) | Error::NotSignedIn(_) | Error::SignInRequired => 401,
            Error::AdminsOnly
            | Error::ConfirmationRequired
            | Error::CrossSite(_)
            | Error::Forbidden
            | Error::Forged
            | Error::GuestLimit(_)
            | Error::ReadOnlyToken => 403,
            Error::NotFound => 404,
            Error::MethodNotAllowed(_) => 405,
            Error::Conflict(_) => 409,
            Error::TooLarge(_) => 413,
            Error::UnsupportedMediaType(_) => 415,
            Error::Misdirected(_) => 421,
            Error::Invalid(_) => 422,
            Error::TooManyAttempts { .. } => 429,
            Error::Internal(_) => 500,
            Error::Busy { .. } | Error::StorageUnavailable(_) => 503,
        }
    }

    /// Wraps an error that is our own fault.
    pub fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        Error::Internal(error.into())
    }

    /// Returns the error for one wrong field of a form.
    pub fn invalid(field: &'static str, message: impl Into<String>) -> Error {
        Error::Invalid(Problems::of(field, message))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NotFound => f.write_str("There is nothing here. It may have been deleted, or the address is not quite right."),
            Error::MethodNotAllowed(allowed) => write!(f, "This address only accepts {allowed}."),
            Error::SignInRequired => f.write_str("Please sign in first."),
            Error::ConfirmationRequired => f.write_str("Please confirm your password first."),
            Error::AdminsOnly => f.write_str("Only an admin of this site can do this."),
            Error::GuestLimit(posts) => {
                write!(f, "You have read {posts} posts as a guest. Sign in or register to keep reading.")
            }
            Error::Forbidden => f.write_str("You cannot change this."),
            Error::Forged => f.write_str("Invalid POST contents"),
            Error::Invalid(problems) => {
                let mut problems = problems.iter().map(|(_, message)| message);
                f.write_str(problems.next().unwrap_or("Something in this form is not right."))
            }
            Error::UnsupportedMediaType(accepted) => write!(f, "The body must be {accepted}."),
            Error::NotSignedIn(why) => f.write_str(why),
            Error::BadToken(fault) => fault.fmt(f),
            Error::ReadOnlyToken => f.write_str("This token can only read."),
            Error::BadRequest(why) | Error::Conflict(why) | Error::CrossSite(why) | Error::Misdirected(why) | Error::TooLarge(why) => f.write_str(why),
            Error::Busy { retry_after } => {
                write!(f, "The server is too busy at the moment. Please try again in {retry_after} seconds.")
            }
            Error::TooManyAttempts { retry_after } => {
                write!(f, "There were too many attempts. Please try again in {retry_after} seconds.")
            }
            Error::StorageUnavailable(why) => write!(f, "Nothing can be saved at the moment: {why}. Reading still works; please try again."),
            Error::Internal(_) => f.write_str("Something went wrong on our side. It has been logged; please try again."),
        }
    }
}

impl std::error::Error for Error {}

impl From<Problems> for Error {
    fn from(problems: Problems) -> Error {
        Error::Invalid(problems)
    }
}
