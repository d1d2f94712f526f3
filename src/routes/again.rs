//! What is shown of a form that was refused.

use super::Again;
use crate::{
    app::App,
    error::{Error, Result},
    http::{Request, Response},
    model::{Problems, User},
    web::errors,
};

/// A refused form is its own page again: with the messages beside the fields, and everything typed still there.
pub(super) fn redraw(
    app: &App,
    request: &Request,
    user: Option<&User>,
    again: Option<Again>,
    error: Error,
) -> Result<Response> {
    let problems = match &error {
        Error::Invalid(problems) => problems.clone(),
        Error::Forged
        | Error::Busy { .. }
        | Error::StorageUnavailable(_)
        | Error::TooManyAttempts { .. } => Problems::of(Problems::FORM, error.to_string()),
        // Something was wrong with the form itself: what came before that is there again.
        Error::BadRequest(_) | Error::TooLarge(_) if request.fault.is_some() => {
            Problems::of(Problems::FORM, error.to_string())
        }
        _ => return Err(error),
    };
    let Some(again) = again else {
        return Err(error);
    };
    let page = again(app, request, user, &problems)?.status(error.status());
    Ok(errors::with_advice(page, &error))
}
