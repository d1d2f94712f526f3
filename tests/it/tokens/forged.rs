//! Forged tokens, and tokens for another purpose.

use quartfeed::{
    auth::jwt::{Claims, Key},
    model::Timestamp,
};

use super::{EXPIRED, MALFORMED, REVOKED, SECRET, SIGNATURE, assert_refused};
use crate::harness::{Script, Site, between, exchange};

/// Returns the claims of a token of this site, to be changed.
fn claims(site: &Site, script: &Script) -> Claims {
    let key = Key::new(SECRET.as_bytes());
    let file = site.file();
    let epoch: String = file
        .query_row("select epoch from site", [], |row| row.get(0))
        .expect("a site");
    let issuer = format!("quartfeed:{epoch}");
    let now = Timestamp(1_790_000_000_000);
    key.verify(&script.token, &issuer, now).expect("it is good")
}

#[test]
fn only_what_this_site_signed_for_this_purpose_counts() {
    let site = Site::with(|config| SECRET.clone_into(&mut config.api.jwt_secret));
    site.member("alice");
    let script = site.script("alice");
    let key = Key::new(SECRET.as_bytes());
    let good = claims(&site, &script);
    assert_eq!(
        site.script_with(&key.sign(&good)).get("/me").status,
        200,
        "the premise"
    );
    let changed = |change: fn(&mut Claims)| {
        let mut claims = good.clone();
        change(&mut claims);
        key.sign(&claims)
    };
    for (token, why) in [
        (changed(|claims| claims.aud = "another".into()), MALFORMED),
        (changed(|claims| claims.iss = "another".into()), MALFORMED),
        (changed(|claims| claims.typ = "refresh".into()), MALFORMED),
        (changed(|claims| claims.nbf += 60), MALFORMED),
        (changed(|claims| claims.iat += 60), MALFORMED),
        (changed(|claims| claims.exp -= 1_000), EXPIRED),
        (changed(|claims| claims.sub = "2".into()), REVOKED),
        (changed(|claims| claims.family += 1), REVOKED),
        (Key::new(&[0; 32]).sign(&good), SIGNATURE),
    ] {
        assert_refused(&site.script_with(&token), why);
    }
}

#[test]
fn broken_tokens_are_told_apart_and_break_nothing() {
    let site = Site::start();
    site.member("alice");
    let script = site.script("alice");
    let parts: Vec<&str> = script.token.split('.').collect();
    let [header, claims, tag] = parts[..] else {
        panic!("three parts");
    };
    // {"alg":"none"}, {"alg":"HS384"}
    let (none, hs384) = ("eyJhbGciOiJub25lIn0", "eyJhbGciOiJIUzM4NCJ9");
    let turned: String = claims.chars().rev().collect();
    for (token, why) in [
        (format!("{none}.{claims}."), SIGNATURE),
        (format!("{none}.{claims}.{tag}"), SIGNATURE),
        (format!("{hs384}.{claims}.{tag}"), SIGNATURE),
        (format!("{header}.{claims}A.{tag}"), MALFORMED),
        (format!("{header}.{turned}.{tag}"), SIGNATURE),
        (format!("{header}.{claims}."), SIGNATURE),
        (format!("{header}.{claims}"), MALFORMED),
        (format!("{header}.{claims}.{tag}.{tag}"), MALFORMED),
        (format!("{header}.{claims}.{tag}="), MALFORMED),
        (format!("{header} .{claims}.{tag}"), MALFORMED),
        (
            format!("{}, Bearer {}", script.token, script.token),
            MALFORMED,
        ),
        ("a".repeat(5_000), MALFORMED),
        ("...".into(), MALFORMED),
    ] {
        let answer = site.script_with(&token).get("/me");
        let shown = &token[..token.len().min(60)];
        // Reversed claims may be no base64 at all.
        if why == SIGNATURE && answer.error().1 == MALFORMED && token.contains(&turned) {
            continue;
        }
        assert_eq!(answer.error(), (401, why.to_owned()), "{shown}");
    }
    let address = site.visitor().address().to_owned();
    let huge = format!(
        "GET /api/v1/me HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\n\r\n",
        "a".repeat(1024 * 1024)
    );
    let answer = String::from_utf8(exchange(&address, huge.as_bytes())).expect("UTF-8");
    assert_eq!(between(&answer, "HTTP/1.1 ", " "), "431");
    assert!(
        answer.contains("Content-Type: application/json"),
        "{answer}"
    );
}
