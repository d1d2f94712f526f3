//! The tokens of programs: access and refresh tokens for a password, and how long they last.

mod access;
mod endings;
mod forged;
mod refresh;

use serde_json::json;

use crate::harness::{Page, Pair, Script, Site};

const SECRET: &str = "a secret of at least 32 bytes, known to this test";

const EXPIRED: &str = "Token has expired";

const REVOKED: &str = "Token has been revoked";

const SIGNATURE: &str = "Signature verification failed";

const MALFORMED: &str = "Malformed token";

fn refresh(site: &Site, token: &str) -> Page {
    let sent = json!({ "refresh_token": token });
    site.visitor().send("POST", "/token/refresh", &sent)
}

fn renewed(site: &Site, token: &str) -> Pair {
    let answer = refresh(site, token);
    assert_eq!(answer.status, 200, "{}", answer.text);
    Pair::of(&answer)
}

/// Asserts that the token is refused, for this reason.
fn assert_refused(script: &Script, why: &str) {
    let answer = script.get("/me");
    assert_eq!(answer.error(), (401, why.to_owned()), "{}", script.token);
    let challenge = format!("Bearer error=\"invalid_token\", error_description=\"{why}\"");
    assert_eq!(answer.header("www-authenticate"), Some(challenge.as_str()));
}
