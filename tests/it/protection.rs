//! A session in other hands, and what even a signed-in browser is asked for again.

use std::time::Duration;

use quartfeed::config::SessionProtection;

use crate::{
    harness::{FRAGMENT, PASSWORD, Person, Site},
    sessions::HOSTILE_NEXT,
};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

const NEWER_FIREFOX: &str =
    "Mozilla/5.0 (X11; Linux x86_64; rv:151.0) Gecko/20100101 Firefox/151.0";

const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";

const HOME: &str = "192.0.2.7";

const NEIGHBOUR: &str = "192.0.2.200";

const ELSEWHERE: &str = "198.51.100.7";

fn site(protection: SessionProtection) -> Site {
    Site::with(|config| {
        Site::believe_a_proxy(config);
        config.accounts.session_protection = protection;
    })
}

/// Returns Alice, signed in at home with her Firefox.
fn alice(site: &Site) -> Person {
    let visitor = site
        .visitor()
        .saying("User-Agent", FIREFOX)
        .coming_from(HOME);
    let form = [("username", "alice"), ("password", PASSWORD)];
    assert_eq!(visitor.post("/register", &form).status, 303);
    visitor.sign_in("alice");
    visitor
}

fn is_fresh(person: &Person) -> bool {
    let answer = person.post("/settings/account/email", &[("email", "")]);
    assert_eq!(answer.status, 303, "{}", answer.text);
    !answer.location().starts_with("/confirm")
}

fn is_signed_in(person: &Person) -> bool {
    person.get("/user/alice").status == 200
}

#[test]
fn a_browser_may_become_newer_and_its_address_may_change_within_its_network() {
    for protection in [
        SessionProtection::Basic,
        SessionProtection::Strong,
        SessionProtection::Off,
    ] {
        let site = site(protection);
        let alice = alice(&site);
        let alice = alice
            .saying("User-Agent", NEWER_FIREFOX)
            .coming_from(NEIGHBOUR);
        assert!(is_fresh(&alice), "{protection:?}");
    }
}

#[test]
fn another_browser_is_asked_for_the_password_or_loses_the_session() {
    let basic = site(SessionProtection::Basic);
    let in_chrome = alice(&basic).saying("User-Agent", CHROME);
    assert!(is_signed_in(&in_chrome) && !is_fresh(&in_chrome));
    let back = in_chrome.saying("User-Agent", FIREFOX);
    assert!(
        is_fresh(&back),
        "whoever has a copy cannot disturb its owner"
    );

    let strong = site(SessionProtection::Strong);
    let in_firefox = alice(&strong);
    let mut stream = in_firefox.listen_at(
        "/sse",
        &[("User-Agent", FIREFOX), ("X-Forwarded-For", HOME)],
    );
    let in_chrome = in_firefox.saying("User-Agent", CHROME);
    assert!(!is_signed_in(&in_chrome));
    stream.expect_sign_out();
    assert!(
        !is_signed_in(&in_chrome.saying("User-Agent", FIREFOX)),
        "it has ended"
    );

    let off = site(SessionProtection::Off);
    assert!(is_fresh(&alice(&off).saying("User-Agent", CHROME)));
}

#[test]
fn another_network_must_confirm_the_password() {
    for (protection, fresh) in [
        (SessionProtection::Basic, false),
        (SessionProtection::Strong, false),
        (SessionProtection::Off, true),
    ] {
        let site = site(protection);
        let alice = alice(&site).coming_from(ELSEWHERE);
        assert!(is_signed_in(&alice), "{protection:?}");
        assert_eq!(is_fresh(&alice), fresh, "{protection:?}");
        confirm(&alice);
        assert!(is_fresh(&alice), "{protection:?}");
    }
}

#[test]
fn households_share_a_network_of_version_six() {
    let site = site(SessionProtection::Basic);
    let alice = alice(&site).coming_from("2001:db8:0:1200::1");
    confirm(&alice);
    let alice = alice.coming_from("2001:db8:0:12ff:a:b:c:d");
    assert!(is_fresh(&alice), "the same /56");
    assert!(!is_fresh(&alice.coming_from("2001:db8:0:1300::1")));
}

#[test]
fn an_address_claimed_by_a_stranger_is_ignored() {
    let site = Site::start();
    let alice = alice(&site).coming_from(ELSEWHERE);
    assert!(is_fresh(&alice));
    assert!(alice.get("/settings/sessions").has("127.0.0.0/24"));
}

fn confirm(person: &Person) {
    let answer = person.post("/confirm", &[("password", PASSWORD)]);
    assert_eq!((answer.status, answer.location()), (303, "/settings"));
}

#[test]
fn ten_minutes_after_the_password_it_is_asked_for_again() {
    let site = Site::start();
    let alice = site.member("alice");
    site.pass(Duration::from_secs(599));
    assert!(is_fresh(&alice));
    site.pass(Duration::from_secs(1));
    assert!(!is_fresh(&alice));
    confirm(&alice);
    assert!(is_fresh(&alice));
    site.pass(Duration::from_mins(10));
    assert!(!is_fresh(&alice), "using it does not keep it fresh");
}

#[test]
fn confirming_the_password_leads_back_to_the_form() {
    let site = Site::start();
    let alice = site.member("alice");
    site.pass(Duration::from_mins(11));
    let own = format!("http://{}/settings/sessions?x=1", alice.address());
    let post = |fields: &[(&str, &str)], headers: &[(&str, &str)]| {
        let answer = alice.post_with("/settings/sessions/end-others", fields, headers);
        assert_eq!(answer.status, 303);
        answer.location().to_owned()
    };
    let back = "/confirm?next=%2Fsettings%2Fsessions%3Fx%3D1";
    assert_eq!(post(&[], &[("Referer", &own)]), back);
    assert_eq!(post(&[("next", "/people")], &[]), "/confirm?next=%2Fpeople");
    assert_eq!(post(&[], &[]), "/confirm?next=%2Fsettings");
    let refused = format!("http://{}/settings/account/email", alice.address());
    let sent = post(&[], &[("Referer", &refused)]);
    assert_eq!(sent, "/confirm?next=%2Fsettings", "only a form leads there");
    let beside = format!("http://{}.evil.example/settings", alice.address());
    let double = format!("http://{}//evil.example", alice.address());
    let split = format!("http://{}/a\\b", alice.address());
    for hostile in [
        "https://evil.example/settings",
        &beside,
        &double,
        &split,
        "/people",
        "x",
    ] {
        let sent = post(&[("next", "//evil.example")], &[("Referer", hostile)]);
        assert_eq!(sent, "/confirm?next=%2Fsettings", "{hostile}");
    }
    let form = alice.get(back);
    assert!(form.has("name=\"next\" value=\"/settings/sessions?x=1\""));
    let answer = alice.post(
        "/confirm",
        &[("password", PASSWORD), ("next", "/settings/sessions?x=1")],
    );
    assert_eq!(
        (answer.status, answer.location()),
        (303, "/settings/sessions?x=1")
    );
}

#[test]
fn confirming_leads_nowhere_else() {
    let site = Site::start();
    let alice = site.member("alice");
    for next in HOSTILE_NEXT {
        let answer = alice.post("/confirm", &[("password", PASSWORD), ("next", next)]);
        assert_eq!(
            (answer.status, answer.location()),
            (303, "/settings"),
            "{next:?}"
        );
        assert_eq!(answer.header("x"), None, "{next:?}");
    }
}

#[test]
fn a_wrong_password_confirms_nothing() {
    let site = Site::start();
    let alice = site.member("alice");
    site.pass(Duration::from_mins(11));
    let wrong = alice.post(
        "/confirm",
        &[("password", "wrong horse"), ("next", "/people")],
    );
    assert_eq!(wrong.status, 422);
    assert!(wrong.has("Invalid password") && wrong.has("aria-describedby=\"password-error\""));
    assert!(wrong.has("name=\"next\" value=\"/people\"") && !wrong.has("wrong horse"));
    let empty = alice.post("/confirm", &[]);
    assert!(empty.status == 422 && empty.has("This field is required."));
    assert!(!is_fresh(&alice));
    site.member("bob");
    let guest = site.visitor().post("/confirm", &[("password", PASSWORD)]);
    assert_eq!((guest.status, guest.location()), (303, "/login?next=%2F"));
}

#[test]
fn a_script_is_told_in_words() {
    let site = Site::start();
    let alice = site.member("alice");
    site.pass(Duration::from_mins(11));
    let answer = alice.post_with(
        "/settings/sessions/end-others",
        &[],
        &[("Accept", FRAGMENT)],
    );
    assert_eq!(answer.status, 403);
    assert!(answer.has("Please confirm your password first."));
}

#[test]
fn forms_without_their_token_change_nothing() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    let other = site.visitor();
    other.sign_in("alice");
    let foreign = bob.form_token();
    let forms: [(&str, &[(&str, &str)]); 6] = [
        ("/confirm", &[("password", PASSWORD)]),
        (
            "/settings/account",
            &[
                ("current_password", PASSWORD),
                ("new_password", "another horse"),
            ],
        ),
        ("/settings/account/email", &[("email", "x@example.com")]),
        ("/settings/account/delete", &[("password", PASSWORD)]),
        ("/settings/sessions/end-others", &[]),
        ("/settings/sessions/2/end", &[]),
    ];
    for (path, fields) in forms {
        for token in [None, Some(""), Some("nonsense"), Some(foreign.as_str())] {
            let mut form = fields.to_vec();
            form.extend(token.map(|token| ("csrf_token", token)));
            let answer = alice.post_as_is(path, &form, &[]);
            assert_eq!(answer.status, 403, "{path} {token:?}");
            assert!(answer.has("Invalid POST contents"), "{path} {token:?}");
        }
        let answer = alice.post_with(path, fields, &[("Sec-Fetch-Site", "cross-site")]);
        assert_eq!(answer.status, 403, "{path}");
    }
    assert_eq!(other.get("/user/alice").status, 200, "nothing ended");
    assert_eq!(
        alice
            .get("/settings/account")
            .text
            .matches("x@example.com")
            .count(),
        0
    );
}

#[test]
fn no_field_becomes_a_header() {
    let site = Site::start();
    let alice = site.member("alice");
    let evil = "a\r\nSet-Cookie: quartfeed=evil\r\nX-Evil: 1\r\n\r\n<b>";
    let visitor = site.visitor();
    let answers = [
        visitor.post(
            "/login",
            &[
                ("username", evil),
                ("password", evil),
                ("next", evil),
                ("remember", evil),
            ],
        ),
        visitor.post(
            "/register",
            &[
                ("username", evil),
                ("password", evil),
                ("name", evil),
                ("email", evil),
            ],
        ),
        visitor.get("/login?next=%2Fa%0d%0aX-Evil:%201"),
        visitor.get("/confirm?next=%2Fa%0d%0aX-Evil:%201"),
        alice.post("/confirm", &[("password", PASSWORD), ("next", evil)]),
        alice.post(
            "/settings/account",
            &[("current_password", evil), ("new_password", evil)],
        ),
        alice.post("/settings/account/email", &[("email", evil)]),
        alice.post("/settings/account/delete", &[("password", evil)]),
        alice.get("/settings/warnings/1%0d%0aX-Evil:%201/dismiss"),
    ];
    for answer in answers {
        assert_eq!(answer.header("x-evil"), None);
        assert_eq!(answer.cookie("quartfeed"), None);
        assert!(!answer.has("<b>"), "{}", answer.text);
        assert!(answer.status < 500);
    }
    let named = site
        .visitor()
        .saying("User-Agent", "<b>Firefox/1 Linux\u{9}");
    named.sign_in("alice");
    assert!(alice.get("/settings/sessions").has("Firefox on Linux"));
}
