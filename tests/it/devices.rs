//! Signing in on a phone by a link that another screen shows.

use std::time::Duration;

use quartfeed::model::BaseUrl;

use crate::harness::{NEW_PASSWORD, PASSWORD, Page, Person, Site, between};

const LAN: &str = "192.168.1.5:5000";

/// Returns the path of the link that a signed-in screen shows.
fn show_code(person: &Person) -> String {
    path(&person.post("/settings/phone", &[]))
}

fn path(page: &Page) -> String {
    assert_eq!(page.status, 200, "{}", page.text);
    let token = between(&page.text, "/device/", "</code>");
    assert_eq!(token.len(), 43, "{token}");
    format!("/device/{token}")
}

fn is_signed_in(person: &Person, name: &str) -> bool {
    person.get("/").has(&format!("data-user=\"{name}\""))
}

#[test]
fn a_phone_is_signed_in_by_the_code_on_another_screen() {
    let site = Site::start();
    let alice = site.member("alice");
    assert!(alice.get("/settings").has("href=\"/settings/phone\""));
    assert!(alice.get("/settings/phone").has("Show a code"));
    let link = show_code(&alice);

    let phone = site.visitor();
    let asked = phone.get(&link);
    assert_eq!(asked.status, 200);
    assert!(asked.words().contains("Sign in as alice on this device?"));
    assert!(!is_signed_in(&phone, "alice"), "looking does nothing");

    let entered = phone.post(&link, &[]);
    assert_eq!((entered.status, entered.location()), (303, "/"));
    assert!(is_signed_in(&phone, "alice"));
    let cookie = entered.header("set-cookie").expect("a session");
    assert!(
        !cookie.contains("Max-Age"),
        "for as long as the browser is open: {cookie}"
    );

    alice.press("/logout");
    assert!(is_signed_in(&phone, "alice"), "a session of its own");
}

#[test]
fn a_phone_can_stay_signed_in() {
    let site = Site::start();
    let link = show_code(&site.member("alice"));
    let phone = site.visitor();
    let entered = phone.post(&link, &[("remember", "1")]);
    assert!(
        entered
            .header("set-cookie")
            .expect("a session")
            .contains("Max-Age")
    );
    site.pass(Duration::from_hours(13 * 24));
    assert!(is_signed_in(&phone, "alice"));
}

#[test]
fn a_code_works_once_and_says_so_afterwards() {
    let site = Site::start();
    let link = show_code(&site.member("alice"));
    for _ in 0..3 {
        assert_eq!(
            site.visitor().get(&link).status,
            200,
            "previews do not use it up"
        );
    }
    assert_eq!(site.visitor().post(&link, &[]).status, 303);
    let late = site.visitor();
    for page in [late.get(&link), late.post(&link, &[])] {
        assert_eq!(page.status, 404);
        assert!(page.has("This code no longer works"), "{}", page.text);
    }
    assert!(!is_signed_in(&late, "alice"));
}

#[test]
fn a_code_lasts_five_minutes() {
    let site = Site::start();
    let link = show_code(&site.member("alice"));
    let phone = site.visitor();
    site.pass(Duration::from_secs(299));
    assert_eq!(phone.get(&link).status, 200);
    site.pass(Duration::from_secs(1));
    for page in [phone.get(&link), phone.post(&link, &[])] {
        assert_eq!(page.status, 404);
        assert!(page.has("This code no longer works"), "{}", page.text);
    }
    assert!(!is_signed_in(&phone, "alice"));
}

#[test]
fn a_new_code_takes_the_place_of_the_old_one_of_the_same_person() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let (old, bobs) = (show_code(&alice), show_code(&bob));
    let new = show_code(&alice);
    assert_eq!(site.visitor().get(&old).status, 404);
    assert_eq!(site.visitor().get(&new).status, 200);
    assert!(site.visitor().get(&bobs).words().contains("Sign in as bob"));
}

#[test]
fn a_malformed_code_signs_nobody_in() {
    let site = Site::start();
    let alice = site.member("alice");
    let link = show_code(&alice);
    let visitor = site.visitor();
    for wrong in [
        "/device/x",
        "/device/%00",
        "/device/..",
        &link[..link.len() - 1],
        &format!("{link}A"),
    ] {
        assert_eq!(visitor.get(wrong).status, 404, "{wrong}");
        assert_eq!(visitor.post(wrong, &[]).status, 404, "{wrong}");
    }
    assert_eq!(
        visitor.post_as_is(&link, &[], &[]).status,
        403,
        "no token of a form"
    );
    assert_eq!(visitor.get(&link).status, 200, "not used up by that");
}

#[test]
fn a_browser_that_is_signed_in_as_somebody_else_is_told_and_changes_over() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let link = show_code(&alice);
    let cookies = bob.cookies();
    assert!(
        bob.get(&link)
            .words()
            .contains("This browser is signed in as bob. Continuing ends that session.")
    );
    assert_eq!(bob.post(&link, &[]).status, 303);
    assert!(is_signed_in(&bob, "alice"));
    let old = site.visitor().get_with("/", &[("Cookie", &cookies)]);
    assert!(
        !old.has("data-user"),
        "the session that was there has ended"
    );
}

#[test]
fn a_code_is_shown_only_after_a_recent_password() {
    let site = Site::start();
    let alice = site.member("alice");
    assert_eq!(
        site.visitor().get("/settings/phone").location(),
        "/login?next=%2Fsettings%2Fphone"
    );
    site.pass(Duration::from_mins(11));
    for page in [
        alice.get("/settings/phone"),
        alice.post("/settings/phone", &[]),
    ] {
        assert!(page.location().starts_with("/confirm"), "{}", page.text);
        assert!(!page.has("/device/") && !page.has("Show a code"));
    }
    alice.sign_in("alice");
    assert_eq!(alice.get("/settings/phone").status, 200);
}

#[test]
fn the_picture_is_dark_on_white_and_has_words_for_those_who_do_not_see_it() {
    let site = Site::with(|config| config.server.base_url = BaseUrl::parse("http://pi.local"));
    let page = site.member("alice").post("/settings/phone", &[]);
    let picture = between(&page.text, "<svg class=\"qr\"", "</svg>");
    assert!(picture.contains("role=\"img\" aria-label=\"The link below as a QR code\""));
    assert!(picture.contains("fill=\"#fff\"") && picture.contains("fill=\"#000\""));
    assert!(!picture.contains("style="), "the policy would refuse it");
    assert!(!page.has("Phones cannot reach"));
}

#[test]
fn the_address_of_a_code_is_the_one_that_the_operator_says() {
    let url = "https://pi.example/feed/";
    let site = Site::with(|config| config.server.base_url = BaseUrl::parse(url));
    let alice = site.visitor();
    let forged = [("Host", LAN), ("X-Forwarded-Host", "evil.example")];
    alice.register("alice");
    // The client sends no cookies of an https site over http, so they are sent by hand.
    let signed_in = alice.log_in("alice", PASSWORD);
    let session = between(signed_in.header("set-cookie").expect("a session"), "", ";");
    let home = alice.get_with("/", &[("Cookie", session)]);
    let token = between(&home.text, "name=\"csrf_token\" value=\"", "\"");
    let mut headers = vec![("Cookie", session)];
    headers.extend(forged);
    let page = alice.post_as_is("/settings/phone", &[("csrf_token", token)], &headers);
    assert!(
        page.has("<code>https://pi.example/feed/device/"),
        "{}",
        page.text
    );

    let link = path(&page);
    assert!(link.starts_with("/device/"));
    let phone = site.visitor();
    let asked = phone.get(&link);
    assert!(
        asked.has(&format!("action=\"/feed{link}\"")),
        "{}",
        asked.text
    );
}

#[test]
fn a_code_uses_the_host_of_the_browser_if_there_is_no_base_url() {
    let site = Site::start();
    let alice = site.member("alice");
    let token = alice.form_token();
    let cookies = alice.cookies();
    let at = |host| {
        let headers = [("Host", host), ("Cookie", cookies.as_str())];
        site.visitor()
            .post_as_is("/settings/phone", &[("csrf_token", &token)], &headers)
    };
    for host in [LAN, "[fd00::1]:5000", "pi.local:5000", "pi"] {
        let page = at(host);
        assert!(
            page.has(&format!("<code>http://{host}/device/")),
            "{}",
            page.text
        );
        assert!(page.has("class=\"qr\""));
    }
    for host in [
        "localhost:5000",
        "127.0.0.1:5000",
        "0.0.0.0:5000",
        "[::1]:5000",
    ] {
        let page = at(host);
        assert!(
            page.has("Phones cannot reach this site") && !page.has("class=\"qr\""),
            "{}",
            page.text
        );
    }
    for host in ["evil.example", "pi\"><b>.local", "a@pi"] {
        let page = at(host);
        let led_astray =
            page.has("evil.example/device") || page.has("<b>") || page.has("a@pi/device");
        assert!(!led_astray, "{}", page.text);
    }
    assert!(
        alice.get("/settings/phone").has("base_url"),
        "it says what must be set"
    );
}

#[test]
fn the_log_and_the_file_do_not_know_the_code() {
    let site = Site::start();
    let alice = site.member("alice");
    let link = show_code(&alice);
    let phone = site.visitor();
    phone.get(&link);
    phone.post(&link, &[]);
    let token = link.strip_prefix("/device/").expect("a link");
    let log = site.log();
    assert!(
        log.contains("path=/device/...") && !log.contains(token),
        "{log}"
    );
}

#[test]
fn a_sign_in_by_code_does_not_count_as_a_recent_password() {
    let site = Site::start();
    let link = show_code(&site.member("alice"));
    let phone = site.visitor();
    assert_eq!(phone.post(&link, &[]).status, 303);
    for path in ["/settings/phone", "/settings/data/download"] {
        let asked = phone.post(path, &[]);
        assert!(
            asked.location().starts_with("/confirm"),
            "{path}: {}",
            asked.status
        );
    }
    let confirmed = phone.post("/confirm", &[("password", PASSWORD)]);
    assert_eq!(confirmed.status, 303, "{}", confirmed.text);
    assert_eq!(phone.get("/settings/phone").status, 200);
}

#[test]
fn a_code_ends_with_the_sessions_of_its_owner() {
    let site = Site::start();
    let alice = site.member("alice");
    let link = show_code(&alice);
    alice.press("/settings/sessions/end-others");
    assert_eq!(site.visitor().get(&link).status, 404);

    let link = show_code(&alice);
    let change = [
        ("current_password", PASSWORD),
        ("new_password", NEW_PASSWORD),
    ];
    assert_eq!(alice.post("/settings/account", &change).status, 303);
    let phone = site.visitor();
    assert_eq!(phone.post(&link, &[]).status, 404);
    assert!(!is_signed_in(&phone, "alice"));
}

#[test]
fn a_code_of_somebody_who_is_suspended_signs_nobody_in() {
    let mut site = Site::start();
    let link = show_code(&site.member("alice"));
    assert_eq!(site.visitor().get(&link).status, 200);
    site.restart_after(|file| {
        let suspended = file.execute("update users set suspended_at = 1", []);
        assert_eq!(suspended, Ok(1));
    });
    let phone = site.visitor();
    assert_eq!(
        (phone.get(&link).status, phone.post(&link, &[]).status),
        (404, 404)
    );
    assert!(!is_signed_in(&phone, "alice"));
}
