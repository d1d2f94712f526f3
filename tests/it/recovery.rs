//! Ways into an account without its password: the first admin's link, and links for a new password.

use std::time::Duration;

use quartfeed::{config::Registration, model::BaseUrl};

use crate::harness::{NEW_PASSWORD, PASSWORD, Person, Site, between};

/// Returns the path of a link for a new password, as an admin's page shows it.
fn reset_path(admin: &Person, name: &str) -> String {
    let answer = admin.post(&format!("/admin/user/{name}/reset"), &[]);
    assert_eq!(answer.status, 200, "{}", answer.text);
    format!("/reset/{}", between(&answer.text, "href=\"/reset/", "\""))
}

fn can_sign_in(site: &Site, name: &str, password: &str) -> bool {
    let form = [("username", name), ("password", password)];
    site.visitor().post("/login", &form).status == 303
}

#[test]
fn the_first_admin_comes_by_the_link_in_the_log() {
    let site = Site::with(|config| config.accounts.registration = Registration::Closed);
    let path = site.setup_path();
    let visitor = site.visitor();
    assert!(visitor.get(&path).has("name=\"username\""));
    let short = visitor.post(&path, &[("username", "alice"), ("password", "short")]);
    assert_eq!(short.status, 422);
    assert!(short.has("Field must be at least 8 characters long.") && short.has("value=\"alice\""));
    let made = visitor.post(&path, &[("username", "alice"), ("password", PASSWORD)]);
    assert_eq!((made.status, made.location()), (303, "/login"));
    assert_eq!(visitor.get("/admin").status, 303, "nobody is signed in");
    visitor.sign_in("alice");
    assert_eq!(visitor.get("/admin").status, 200);

    // The link works once.
    let late = site.visitor();
    assert_eq!(late.get(&path).status, 404);
    let late = late.post(&path, &[("username", "eve"), ("password", PASSWORD)]);
    assert!(late.status == 404 && late.has("This link no longer works"));
    assert!(!can_sign_in(&site, "eve", PASSWORD));
}

#[test]
fn a_member_becomes_the_first_admin_by_a_button() {
    let site = Site::start();
    let alice = site.member("alice");
    assert_eq!(
        alice.get("/admin").status,
        403,
        "who comes first is no admin"
    );
    let path = site.setup_path();
    assert!(alice.get(&path).has("Make me the admin"));
    let made = alice.post(&path, &[]);
    assert_eq!((made.status, made.location()), (303, "/admin"));
    assert_eq!(alice.get("/admin").status, 200);
    assert_eq!(alice.get(&path).status, 404);
}

#[test]
fn each_start_makes_a_new_link_until_there_is_an_admin() {
    let mut site = Site::start();
    let first = site.setup_path();
    site.restart();
    let second = site.setup_path();
    assert_ne!(first, second);
    assert_eq!(
        site.visitor().get(&first).status,
        404,
        "the old one is void"
    );
    assert_eq!(site.visitor().get(&second).status, 200);
    site.pass(Duration::from_hours(25));
    let expired = site.visitor().get(&second);
    assert!(expired.status == 410 && expired.has("This link has expired."));
    site.restart();
    site.admin("alice");
    let before = site.log().matches("/setup/").count();
    site.restart();
    assert_eq!(site.log().matches("/setup/").count(), before);
}

#[test]
fn a_reset_link_gives_a_new_password_and_signs_out_everywhere() {
    let site = Site::start();
    let (admin, bob) = (site.admin("alice"), site.member("bob"));
    let mut stream = bob.listen();
    let path = reset_path(&admin, "bob");
    let visitor = site.visitor();
    let form = visitor.get(&path);
    assert!(form.words().contains("(@bob)") && form.has("autocomplete=\"new-password\""));
    let short = visitor.post(&path, &[("password", "short")]);
    assert_eq!(short.status, 422);
    assert!(short.has("Field must be at least 8 characters long."));
    assert_eq!(
        bob.get("/notifications").status,
        200,
        "nothing has happened yet"
    );

    let set = visitor.post(&path, &[("password", NEW_PASSWORD)]);
    assert_eq!((set.status, set.location()), (303, "/login"));
    assert!(visitor.get("/login").has("Your new password is set"));
    stream.expect_sign_out();
    assert_eq!(bob.get("/notifications").status, 303);
    assert!(can_sign_in(&site, "bob", NEW_PASSWORD));
    assert!(!can_sign_in(&site, "bob", PASSWORD));

    let again = visitor.post(&path, &[("password", "something else")]);
    assert_eq!(again.status, 404);
    assert!(again.has("Ask an admin of this site for a new one."));
    assert!(can_sign_in(&site, "bob", NEW_PASSWORD));
}

#[test]
fn a_reset_link_works_for_an_hour_and_only_the_newest() {
    let site = Site::start();
    let admin = site.admin("alice");
    site.member("bob");
    let old = reset_path(&admin, "bob");
    let new = reset_path(&admin, "bob");
    assert_eq!(site.visitor().get(&old).status, 404);
    site.pass(Duration::from_mins(59));
    assert_eq!(site.visitor().get(&new).status, 200);
    site.pass(Duration::from_mins(2));
    let expired = site.visitor().post(&new, &[("password", NEW_PASSWORD)]);
    assert_eq!(expired.status, 410);
    assert!(expired.has("This link has expired."));
    assert!(can_sign_in(&site, "bob", PASSWORD));
}

#[test]
fn a_link_is_of_its_kind_and_its_token_is_written_nowhere() {
    let site = Site::start();
    let admin = site.admin("alice");
    site.member("bob");
    let path = reset_path(&admin, "bob");
    let token = path.trim_start_matches("/reset/");
    site.visitor().get(&path);
    assert_eq!(site.visitor().get(&format!("/setup/{token}")).status, 404);
    assert_eq!(site.visitor().get(&format!("/invite/{token}")).status, 404);
    assert!(!admin.get("/admin/user/bob").has(token), "it is shown once");
    assert!(!site.is_stored(token) && !site.log().contains(token));
}

#[test]
fn whole_addresses_come_from_the_configuration_alone() {
    let site = Site::with(|config| {
        config.server.base_url = BaseUrl::parse("http://pi.example/feed/");
    });
    assert!(
        site.log().contains("http://pi.example/feed/setup/"),
        "{}",
        site.log()
    );
    let visitor = site.visitor();
    let path = site.setup_path();
    let form = [("username", "alice"), ("password", PASSWORD)];
    assert_eq!(visitor.post(&path, &form).location(), "/feed/login");
    visitor.sign_in("alice");
    let answer = visitor.post("/admin/user/alice/reset", &[]);
    assert!(
        answer.has(">http://pi.example/feed/reset/"),
        "{}",
        answer.text
    );
    assert!(answer.has("href=\"/feed/reset/"));
}
