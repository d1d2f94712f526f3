//! Forms that are refused: shown again on their own page, with what was typed and what is wrong.

use super::{Audience, Context};
use crate::{
    error::{Error, Result},
    http::Response,
    model::Problems,
};

/// Why the token of a form is wrong if the browser sent no cookies.
pub(crate) const WITHOUT_COOKIES: &str = "Your browser sent no cookie. This site needs cookies to know who sends a form, so please allow them.";

/// Shows a form again, if its sender can do something about the error.
///
/// # Errors
/// The error itself if it is another, and those of `draw`.
pub(crate) fn show<Who: Audience>(
    cx: &Context<'_, Who>,
    error: Error,
    draw: impl FnOnce(&Problems) -> Result<Response>,
) -> Result<Response> {
    let problems = match &error {
        Error::Invalid(problems) => problems.clone(),
        Error::Forged if cx.request.cookies.are_missing() => {
            Problems::of(Problems::FORM, format!("{error}. {WITHOUT_COOKIES}"))
        }
        Error::Forged
        | Error::Busy { .. }
        | Error::StorageUnavailable(_)
        | Error::TooManyAttempts { .. } => Problems::of(Problems::FORM, error.to_string()),
        // The form itself is damaged. What came before the damage is shown again.
        Error::BadRequest(_) | Error::TooLarge(_) if cx.request.body.fault.is_some() => {
            Problems::of(Problems::FORM, error.to_string())
        }
        _ => return Err(error),
    };
    let page = draw(&problems)?.status(error.status());
    Ok(with_advice(page, &error))
}

/// Adds the headers that tell a client what it may do next.
pub(crate) fn with_advice(response: Response, error: &Error) -> Response {
    match error {
        Error::MethodNotAllowed(allowed) => response.header("Allow", allowed),
        Error::Busy { retry_after } | Error::TooManyAttempts { retry_after } => {
            response.header("Retry-After", retry_after.to_string())
        }
        Error::StorageUnavailable(_) => response.header("Retry-After", "5"),
        _ => response,
    }
}
