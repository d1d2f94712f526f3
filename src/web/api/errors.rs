//! Errors in JSON.

use serde_json::{Map, Value, json};

use crate::{error::Error, http::Response, model::Problems};

/// Answers an error with `{"error": text}`, and with the fields that are wrong.
pub(crate) fn draw(error: &Error) -> Response {
    let mut body = json!({ "error": text(error) });
    if let Error::Invalid(problems) = error {
        body["fields"] = fields(problems);
    }
    let response =
        Response::json(error.status(), &body).replace_header("Cache-Control", "no-store");
    with_challenge(response, error)
}

/// Tells a program how to sign in, if that is what is missing.
pub(crate) fn with_challenge(response: Response, error: &Error) -> Response {
    match challenge(error) {
        Some(challenge) => response.header("WWW-Authenticate", challenge),
        None => response,
    }
}

fn text(error: &Error) -> String {
    match error {
        Error::SignInRequired => "please login".into(),
        error => error.to_string(),
    }
}

fn fields(problems: &Problems) -> Value {
    let fields = problems.iter().filter(|(name, _)| *name != Problems::FORM);
    let fields = fields.map(|(name, message)| (name.to_owned(), message.into()));
    Value::Object(fields.collect::<Map<_, _>>())
}

/// Returns how to sign in here (RFC 9110 §11.6.1), and what is wrong with the token (RFC 6750 §3).
fn challenge(error: &Error) -> Option<String> {
    match error {
        Error::BadToken(fault) => Some(format!(
            "Bearer error=\"invalid_token\", error_description=\"{fault}\""
        )),
        Error::ReadOnlyToken => Some("Bearer error=\"insufficient_scope\", scope=\"write\"".into()),
        error if error.status() == 401 => Some("Bearer".into()),
        _ => None,
    }
}
