//! Personal tokens, which people make for their scripts.

use std::time::Duration;

use quartfeed::config::Visibility;
use serde_json::json;

use crate::harness::{DAY, JSON, Page, Person, Script, Site, between};

const PAGE: &str = "/settings/tokens";

fn form<'f>(name: &'f str, scope: &'f str, days: &'f str) -> [(&'f str, &'f str); 3] {
    [("name", name), ("scope", scope), ("days", days)]
}

fn shown(page: &Page) -> String {
    between(&page.text, "<code class=\"token\">", "</code>").to_owned()
}

/// Makes a token and gives it to a script.
fn make(site: &Site, person: &Person, scope: &str, days: &str) -> Script {
    site.script_with(&person.make_token(&format!("{scope} {days}"), scope, days))
}

fn revoke(person: &Person) -> Page {
    let page = person.get(PAGE);
    let id = between(&page.text, "/settings/tokens/", "/revoke").to_owned();
    person.post(&format!("{PAGE}/{id}/revoke"), &[])
}

#[test]
fn a_token_is_shown_once_and_works() {
    let site = Site::start();
    let alice = site.member("alice");
    assert!(alice.get("/settings").has("/settings/tokens"));
    let page = alice.post(PAGE, &form("backup of <mine>", "write", "0"));
    let token = shown(&page);
    assert!(token.starts_with("qf_") && token.len() == 46, "{token}");
    assert!(page.words().contains("backup of <mine> · read and write"));
    assert!(!alice.get(PAGE).has(&token), "never again");
    let file = std::fs::read(site.database()).expect("the file is there");
    assert!(
        !String::from_utf8_lossy(&file).contains(&token),
        "only its hash is kept"
    );

    let script = site.script_with(&token);
    assert_eq!(script.get("/me").json()["username"], "alice");
    script.write("from a script");
    assert!(alice.get("/").has("from a script"));
}

#[test]
fn a_token_for_reading_changes_nothing() {
    let site = Site::start();
    let alice = site.member("alice");
    site.member("bob");
    let script = make(&site, &alice, "read", "30");
    assert_eq!(script.get("/feed").status, 200);
    assert_eq!(script.ask("HEAD", "/feed", &[], None).status, 200);
    for (method, path) in [
        ("POST", "/posts"),
        ("PUT", "/users/bob/follow"),
        ("DELETE", "/users/bob/follow"),
        ("DELETE", "/token"),
    ] {
        let body = (method != "DELETE").then_some("{\"message\":\"hi\"}");
        let answer = script.ask(method, path, &[JSON], body);
        let expected = (403, "This token can only read.".to_owned());
        assert_eq!(answer.error(), expected, "{method} {path}");
        let challenge = "Bearer error=\"insufficient_scope\", scope=\"write\"";
        assert_eq!(answer.header("www-authenticate"), Some(challenge));
    }
    assert_eq!(script.get("/me").status, 200);
    assert!(alice.get("/").posts().is_empty());
}

#[test]
fn a_token_fetches_the_pictures_that_the_api_names() {
    let mut site = Site::start();
    let (alice, bob) = site.friends();
    let image = bob.image("palette.png");
    let [reads, writes] = ["read", "write"].map(|scope| make(&site, &alice, scope, "30"));
    let login = site.script("alice");
    let shown = format!("/image/{image}/row");
    assert_eq!(
        reads.get_outside(&shown).status,
        404,
        "it is Bob's own as yet"
    );
    let form = [("message", "look"), ("image_id", image.as_str())];
    assert_eq!(bob.post("/post", &form).status, 303);
    let feed = reads.get("/feed").json();
    let named = feed["posts"][0]["images"][0]["url"]
        .as_str()
        .expect("an address");
    assert!(named.contains(&image), "{named}");
    for script in [&reads, &writes, &login] {
        let answer = script.get_outside(&shown);
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.header("vary"), Some("Authorization"));
        assert_eq!(
            script.get_outside("/notifications").status,
            303,
            "pages take none"
        );
    }
    let refused = |script: &Script, why: &str| {
        let answer = script.get_outside(&shown);
        assert_eq!(answer.status, 401, "{}", answer.text);
        let challenge = answer.header("www-authenticate").expect("a challenge");
        assert!(answer.has(why) && challenge.contains(why), "{challenge}");
    };
    refused(&site.script_with("nonsense"), "Malformed token");
    assert_eq!(site.visitor().get(&shown).status, 401);
    revoke(&alice);
    revoke(&alice);
    for script in [&reads, &writes] {
        refused(script, "Token has been revoked");
    }
    let suspended = site.command(&["user", "suspend", "alice"]);
    assert_eq!(suspended.status, Some(0), "{}", suspended.err);
    refused(&login, "Token has been revoked");
    // On a public site everybody sees what guests see.
    site.restart_with(|config| config.site.visibility = Visibility::Public);
    assert_eq!(login.get_outside(&shown).status, 200);
}

#[test]
fn a_token_ends_when_it_was_to_end() {
    let site = Site::start();
    let alice = site.member("alice");
    let (short, long) = (
        make(&site, &alice, "read", "30"),
        make(&site, &alice, "read", "0"),
    );
    site.pass(29 * DAY + Duration::from_secs(86_399));
    assert_eq!(short.get("/me").status, 200);
    site.pass(Duration::from_secs(1));
    assert_eq!(short.get("/me").error(), (401, "Token has expired".into()));
    site.pass(3_000 * DAY);
    assert_eq!(long.get("/me").status, 200);
}

#[test]
fn a_revoked_token_ends_with_its_streams() {
    let site = Site::start();
    let alice = site.member("alice");
    let script = make(&site, &alice, "write", "365");
    let mut stream = script.listen();
    let answer = revoke(&alice);
    assert_eq!((answer.status, answer.location()), (303, PAGE));
    let page = alice.get(PAGE);
    assert!(page.has("Token revoked") && page.has("No tokens yet."));
    assert_eq!(
        script.get("/me").error(),
        (401, "Token has been revoked".into())
    );
    stream.expect_sign_out();

    let script = make(&site, &alice, "write", "30");
    assert_eq!(
        script.tell("DELETE", "/token").status,
        204,
        "it may give itself up"
    );
    assert_eq!(script.get("/me").status, 401);
}

#[test]
fn nobody_revokes_other_peoples_tokens() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    let script = make(&site, &alice, "read", "0");
    let page = alice.get(PAGE);
    let id = between(&page.text, "/settings/tokens/", "/revoke");
    for id in [id, "0", "x", "99"] {
        let answer = bob.post(&format!("{PAGE}/{id}/revoke"), &[]);
        assert_eq!(answer.status, 404, "{id}");
    }
    assert_eq!(script.get("/me").status, 200);
}

#[test]
fn a_refused_form_says_why_and_keeps_what_was_typed() {
    let site = Site::start();
    let alice = site.member("alice");
    let long = "x".repeat(51);
    for (name, scope, days, expected) in [
        ("", "read", "30", "This field is required."),
        (
            "backup",
            "everything",
            "30",
            "Choose what the token may be used for.",
        ),
        (
            "backup",
            "read",
            "31",
            "Choose how long the token is valid.",
        ),
        (
            &long,
            "read",
            "30",
            "Field cannot be longer than 50 characters.",
        ),
    ] {
        let page = alice.post(PAGE, &form(name, scope, days));
        assert_eq!(page.status, 422, "{expected}");
        assert!(page.has(expected), "{expected}");
        assert!(page.has(&format!("value=\"{name}\"")), "{expected}");
    }
    make(&site, &alice, "read", "0");
    let page = alice.post(PAGE, &form("READ 0", "write", "30"));
    assert_eq!(page.status, 422);
    assert!(page.has("You have a token of this name."));
}

#[test]
fn one_person_has_so_many_tokens_only() {
    let site = Site::start();
    let alice = site.member("alice");
    for n in 0..20 {
        let page = alice.post(PAGE, &form(&format!("token {n}"), "read", "0"));
        assert_eq!(page.status, 200, "{n}");
    }
    let page = alice.post(PAGE, &form("one more", "read", "0"));
    assert_eq!(page.status, 422);
    assert!(page.has("You have 20 tokens; revoke one of them first."));
}

#[test]
fn making_one_needs_a_password_that_was_given_lately() {
    let site = Site::start();
    let alice = site.member("alice");
    make(&site, &alice, "read", "0");
    site.pass(Duration::from_mins(11));
    assert_eq!(alice.get(PAGE).status, 200, "looking is no danger");
    let answer = alice.post(PAGE, &form("another", "write", "0"));
    assert_ne!(answer.status, 200, "a browser that was left open");
    assert!(!answer.has("qf_"));
    assert_ne!(revoke(&alice).location(), PAGE);
    assert_eq!(alice.get(PAGE).text.matches("/revoke").count(), 1);
}

#[test]
fn the_page_says_when_a_token_was_used_last() {
    let site = Site::start();
    let alice = site.member("alice");
    let script = make(&site, &alice, "read", "0");
    assert!(alice.get(PAGE).words().contains("never used"));
    let last = || {
        let page = alice.get(PAGE);
        between(&page.text, "last used <time datetime=\"", "\"").to_owned()
    };
    script.get("/me");
    let first = last();
    site.pass(Duration::from_mins(4));
    script.get("/me");
    assert_eq!(last(), first, "not more often than every five minutes");
    site.pass(Duration::from_mins(2));
    script.get("/me");
    assert_ne!(last(), first);
}

#[test]
fn programs_with_a_password_are_listed_and_signed_out() {
    let site = Site::start();
    let alice = site.member("alice");
    let script = site.script("alice");
    let mut stream = script.listen();
    let page = alice.get(PAGE);
    let id = between(&page.text, "/settings/programs/", "/end");
    let bob = site.member("bob");
    assert_eq!(
        bob.post(&format!("/settings/programs/{id}/end"), &[])
            .status,
        404
    );
    let answer = alice.post(&format!("/settings/programs/{id}/end"), &[]);
    assert_eq!((answer.status, answer.location()), (303, PAGE));
    stream.expect_sign_out();
    assert_eq!(
        script.get("/me").error(),
        (401, "Token has been revoked".into())
    );
    assert!(!alice.get(PAGE).has("/settings/programs/"));
    let sent = json!({ "message": "no" });
    assert_eq!(script.send("POST", "/posts", &sent).status, 401);
}
