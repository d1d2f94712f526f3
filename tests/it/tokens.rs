//! Access and refresh tokens: what programs get for a password, and for how long.

use std::time::Duration;

use quartfeed::{
    auth::jwt::{Claims, Key},
    model::Timestamp,
};
use serde_json::json;

use crate::harness::{DAY, JSON, MINUTE, PASSWORD, Page, Pair, Script, Site, between, exchange};

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

/// That the token lets nobody in, and why.
fn assert_refused(script: &Script, why: &str) {
    let answer = script.get("/me");
    assert_eq!(answer.error(), (401, why.to_owned()), "{}", script.token);
    let challenge = format!("Bearer error=\"invalid_token\", error_description=\"{why}\"");
    assert_eq!(answer.header("www-authenticate"), Some(challenge.as_str()));
}

#[test]
fn a_password_gives_a_pair_that_nobody_keeps() {
    let site = Site::start();
    site.member("alice");
    let sent = json!({ "username": "alice", "password": PASSWORD });
    let answer = site.visitor().send("POST", "/token", &sent);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("set-cookie"), None);
    let json = answer.json();
    assert_eq!(
        (&json["token_type"], &json["expires_in"]),
        (&json!("Bearer"), &json!(900))
    );
    let pair = Pair::of(&answer);
    let me = site.script_with(&pair.access).get("/me");
    assert_eq!((me.status, &me.json()["username"]), (200, &json!("alice")));
    let lower = [("Authorization", &*format!("bearer {}", pair.access))];
    assert_eq!(site.visitor().get_with("/api/v1/me", &lower).status, 200);
    assert_eq!(
        site.visitor().get_with("/settings", &lower).status,
        303,
        "for the API only"
    );
    let file = std::fs::read(site.database()).expect("the file is there");
    let file = String::from_utf8_lossy(&file);
    assert!(!file.contains(&pair.refresh), "only hashes are kept");
}

#[test]
fn an_access_token_lasts_a_quarter_of_an_hour() {
    let site = Site::start();
    site.member("alice");
    let script = site.script("alice");
    site.pass(15 * MINUTE);
    assert_eq!(script.get("/me").status, 200, "within the leeway");
    site.pass(Duration::from_secs(6));
    assert_refused(&script, EXPIRED);
    let stale = [
        ("Authorization", &*format!("Bearer {}", script.token)),
        JSON,
    ];
    let sent = json!({ "username": "alice", "password": PASSWORD }).to_string();
    let answer = site
        .visitor()
        .ask("POST", "/api/v1/token", &stale, Some(&sent));
    assert_eq!(
        answer.status, 200,
        "an old token beside the password does no harm"
    );
}

#[test]
fn a_refresh_token_serves_once() {
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
fn of_twenty_refreshes_at_once_one_wins_and_none_harms() {
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
fn what_is_no_refresh_token_says_so() {
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
        // Whoever knows half of it knew all of it.
        assert_eq!(refresh(&site, &changed).error(), (401, REVOKED.into()));
        assert_refused(&site.script_with(&pair.access), REVOKED);
    }
}

#[test]
fn a_program_signs_itself_out() {
    let site = Site::start();
    let alice = site.member("alice");
    let pair = site.pair("alice");
    let (script, other) = (site.script_with(&pair.access), site.script("alice"));
    let mut stream = script.listen();
    let answer = script.tell("DELETE", "/token");
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    stream.expect_sign_out();
    assert_refused(&script, REVOKED);
    assert_eq!(refresh(&site, &pair.refresh).error(), (401, REVOKED.into()));
    assert_eq!(other.get("/me").status, 200, "the others stay");
    let session = alice.ask("DELETE", "/api/v1/token", &[JSON], None);
    assert_eq!(session.error().0, 400, "a session is no token");
    assert_eq!(alice.get("/api/v1/me").status, 200);
}

#[test]
fn a_stream_ends_with_its_access_token() {
    let site = Site::start();
    site.member("alice");
    let script = site.script("alice");
    let mut stream = script.listen();
    site.pass(16 * MINUTE);
    stream.expect_sign_out();
}

#[test]
fn rights_are_those_of_today() {
    let site = Site::start();
    site.member("alice");
    let script = site.script("alice");
    site.execute("update users set role = 'admin', username = 'Alicia'");
    let me = script.get("/me").json();
    assert_eq!(
        (&me["role"], &me["username"]),
        (&json!("admin"), &json!("Alicia"))
    );
    for away in ["suspended_at", "leaves_at", "gone_at"] {
        site.execute(&format!("update users set {away} = 1"));
        assert_refused(&script, REVOKED);
        site.execute(&format!("update users set {away} = null"));
        assert_eq!(script.get("/me").status, 200);
    }
}

#[test]
fn another_key_ends_all_tokens_at_once() {
    let site = Site::start();
    site.member("alice");
    let pair = site.pair("alice");
    site.execute("update site set jwt_secret = randomblob(32)");
    assert_refused(&site.script_with(&pair.access), SIGNATURE);
    assert_eq!(refresh(&site, &pair.refresh).error(), (401, REVOKED.into()));
    assert_eq!(site.script("alice").get("/me").status, 200);
}

#[test]
fn a_command_makes_a_new_key_while_the_site_runs() {
    let site = Site::start();
    let admin = site.admin("alice");
    let pair = site.pair("alice");
    let script = site.script_with(&pair.access);
    let mut stream = script.listen();
    let said = site.command(&["token", "rotate-secret"]);
    assert_eq!(said.status, Some(0), "{}", said.err);
    assert!(
        said.out.starts_with("The signing key is replaced."),
        "{}",
        said.out
    );
    assert_refused(&script, SIGNATURE);
    assert_eq!(refresh(&site, &pair.refresh).error(), (401, REVOKED.into()));
    stream.expect_sign_out();
    let journal = admin.get("/admin/journal").words();
    assert!(journal.contains("made a new key for the tokens of programs"));
}

#[test]
fn tokens_outlive_the_program_unless_the_key_changes() {
    let mut site = Site::start();
    site.member("alice");
    let pair = site.pair("alice");
    site.restart();
    assert_eq!(site.script_with(&pair.access).get("/me").status, 200);
    site.restart_with(|config| SECRET.clone_into(&mut config.api.jwt_secret));
    assert_refused(&site.script_with(&pair.access), SIGNATURE);
    assert_eq!(refresh(&site, &pair.refresh).error(), (401, REVOKED.into()));
}

/// What a token of this site says, to be changed.
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
        // A claim that was turned around may be no base64 at all.
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

#[test]
fn one_person_is_signed_in_with_so_many_programs_only() {
    let site = Site::start();
    site.member("alice");
    let first = site.script("alice");
    site.pass(Duration::from_secs(1));
    for _ in 0..49 {
        site.pair("alice");
    }
    assert_eq!(first.get("/me").status, 200, "fifty");
    let mut stream = first.listen();
    site.pair("alice");
    assert_refused(&first, REVOKED);
    stream.expect_sign_out();
}

#[test]
fn a_new_password_ends_every_token_and_its_streams() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    let form = [("name", "backup"), ("scope", "write"), ("days", "0")];
    let made = alice.post("/settings/tokens", &form);
    let personal = between(&made.text, "<code class=\"token\">", "</code>");
    let scripts = [site.script("alice"), site.script_with(personal)];
    let mut streams = scripts.each_ref().map(Script::listen);
    let bobs = site.script("bob");
    let changed = alice.post(
        "/settings/account",
        &[
            ("current_password", PASSWORD),
            ("new_password", "battery staple 9"),
        ],
    );
    assert_eq!(changed.status, 303, "{}", changed.text);
    for (script, stream) in scripts.iter().zip(&mut streams) {
        assert_refused(script, REVOKED);
        stream.expect_sign_out();
    }
    assert_eq!(bobs.get("/me").status, 200);
    assert_eq!(bob.get("/api/v1/me").status, 200);
}

#[test]
fn ending_the_other_sessions_ends_programs_and_leaves_scripts() {
    let site = Site::start();
    let alice = site.member("alice");
    let form = [("name", "backup"), ("scope", "write"), ("days", "0")];
    let made = alice.post("/settings/tokens", &form);
    let personal = between(&made.text, "<code class=\"token\">", "</code>");
    let (program, script) = (site.script("alice"), site.script_with(personal));
    alice.press("/settings/sessions/end-others");
    assert_refused(&program, REVOKED);
    assert_eq!(script.get("/me").status, 200);
}

#[test]
fn whoever_was_about_to_leave_stays_by_signing_in() {
    let site = Site::start();
    let alice = site.member("alice");
    let script = site.script("alice");
    let left = alice.post("/settings/account/delete", &[("password", PASSWORD)]);
    assert_eq!(left.status, 303, "{}", left.text);
    assert_refused(&script, REVOKED);
    let back = site.script("alice");
    assert_eq!(back.get("/me").status, 200);
    site.pass(15 * DAY);
    assert_eq!(
        site.script("alice").get("/me").status,
        200,
        "the account is still there"
    );
}

#[test]
fn guessing_passwords_here_is_slowed_down_as_on_the_page() {
    let site = Site::start();
    site.member("alice");
    let visitor = site.visitor();
    let guess = || {
        let sent = json!({ "username": "nobody", "password": "wrong horse" });
        visitor.send("POST", "/token", &sent)
    };
    let answers: Vec<Page> = (0..11).map(|_| guess()).collect();
    let refused = answers.last().expect("eleven");
    assert_eq!(refused.error().0, 429);
    assert!(refused.header("retry-after").is_some());
}

#[test]
fn a_command_that_suspends_ends_tokens_and_their_streams() {
    let site = Site::start();
    site.admin("alice");
    let bob = site.member("bob");
    let form = [("name", "backup"), ("scope", "write"), ("days", "0")];
    let made = bob.post("/settings/tokens", &form);
    let personal = between(&made.text, "<code class=\"token\">", "</code>");
    let scripts = [site.script("bob"), site.script_with(personal)];
    let mut streams = scripts.each_ref().map(Script::listen);
    assert_eq!(site.command(&["user", "suspend", "bob"]).status, Some(0));
    for (script, stream) in scripts.iter().zip(&mut streams) {
        assert_refused(script, REVOKED);
        stream.expect_sign_out();
    }
}
