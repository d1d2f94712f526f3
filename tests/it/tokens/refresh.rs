//! Refresh tokens: each works once, and using a copy ends the family.

use std::time::Duration;

use serde_json::json;

use super::{EXPIRED, MALFORMED, REVOKED, assert_refused, refresh, renewed};
use crate::harness::{DAY, MINUTE, Page, Pair, Site};

#[test]
fn a_refresh_token_works_once() {
    let site = Site::start();
    site.member("alice");
    let first = site.pair("alice");
    site.pass(20 * MINUTE);
    let second = renewed(&site, &first.refresh);
    assert_eq!(site.script_with(&second.access).get("/me").status, 200);

    let twice = refresh(&site, &first.refresh);
    assert_eq!(twice.status, 409, "the client asked twice at once");
    let third = renewed(&site, &second.refresh);

    site.pass(Duration::from_secs(11));
    let script = site.script_with(&third.access);
    assert_eq!(script.get("/me").status, 200, "the premise");
    let mut stream = script.listen();
    assert_eq!(
        refresh(&site, &second.refresh).error(),
        (401, REVOKED.into())
    );
    assert_refused(&script, REVOKED);
    assert_eq!(
        refresh(&site, &third.refresh).error(),
        (401, REVOKED.into())
    );
    stream.expect_sign_out();
    assert!(stream.next().is_none());
}

#[test]
fn the_oldest_refresh_token_betrays_a_thief_as_well() {
    let site = Site::start();
    site.member("alice");
    let first = site.pair("alice");
    let mut last = renewed(&site, &first.refresh);
    for _ in 0..3 {
        last = renewed(&site, &last.refresh);
    }
    let other = site.script("alice");
    assert_eq!(
        refresh(&site, &first.refresh).error(),
        (401, REVOKED.into())
    );
    assert_refused(&site.script_with(&last.access), REVOKED);
    assert_eq!(other.get("/me").status, 200, "another family is left alone");
}

#[test]
fn one_of_twenty_concurrent_refreshes_succeeds_and_the_others_do_no_harm() {
    let site = Site::start();
    site.member("alice");
    let pair = site.pair("alice");
    let answers: Vec<Page> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..20)
            .map(|_| scope.spawn(|| refresh(&site, &pair.refresh)))
            .collect();
        let answers = asking.into_iter().map(|one| one.join().expect("no panic"));
        answers.collect()
    });
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!(won.len(), 1);
    assert!(lost.iter().all(|answer| answer.error().0 == 409));
    let winner = Pair::of(won[0]);
    assert_eq!(site.script_with(&winner.access).get("/me").status, 200);
    renewed(&site, &winner.refresh);
}

#[test]
fn a_program_is_signed_out_by_rest_and_by_age() {
    let site = Site::start();
    site.member("alice");
    let mut pair = site.pair("alice");
    let idle = site.pair("alice");
    for _ in 0..3 {
        site.pass(29 * DAY);
        pair = renewed(&site, &pair.refresh);
    }
    assert_eq!(refresh(&site, &idle.refresh).error(), (401, EXPIRED.into()));
    site.pass(4 * DAY);
    let old = refresh(&site, &pair.refresh);
    assert_eq!(old.error(), (401, EXPIRED.into()), "91 days");
    assert_eq!(refresh(&site, &pair.refresh).error(), (401, REVOKED.into()));
}

#[test]
fn a_malformed_refresh_token_is_refused_with_its_reason() {
    let site = Site::start();
    site.member("alice");
    let pair = site.pair("alice");
    let changed = format!("{}A", &pair.refresh[..55]);
    let unknown = "A".repeat(56);
    for (token, why) in [
        ("x", MALFORMED),
        (pair.access.as_str(), MALFORMED),
        (&"é".repeat(28), MALFORMED),
        (&unknown, REVOKED),
    ] {
        assert_eq!(refresh(&site, token).error(), (401, why.into()), "{token}");
    }
    let visitor = site.visitor();
    for sent in [
        json!({}),
        json!({ "refresh_token": 5 }),
        json!({ "refresh_token": "" }),
    ] {
        let answer = visitor.send("POST", "/token/refresh", &sent);
        assert_eq!(answer.status, 422, "{sent}");
        assert!(answer.json()["fields"]["refresh_token"].is_string());
    }
    assert_eq!(
        site.script_with(&pair.refresh).get("/me").error(),
        (401, MALFORMED.into())
    );
    if changed != pair.refresh {
        // A client that knows the first half knew the whole token.
        assert_eq!(refresh(&site, &changed).error(), (401, REVOKED.into()));
        assert_refused(&site.script_with(&pair.access), REVOKED);
    }
}
