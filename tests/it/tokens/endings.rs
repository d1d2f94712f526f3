//! The ends of tokens: new keys, new passwords, commands.

use std::time::Duration;

use super::{REVOKED, SECRET, SIGNATURE, assert_refused, refresh};
use crate::harness::{DAY, PASSWORD, Script, Site};

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
    assert!(journal.contains("replaced the signing key of access tokens"));
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
    let personal = alice.make_token("backup", "write", "0");
    let scripts = [site.script("alice"), site.script_with(&personal)];
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
    let personal = alice.make_token("backup", "write", "0");
    let (program, script) = (site.script("alice"), site.script_with(&personal));
    alice.press("/settings/sessions/end-others");
    assert_refused(&program, REVOKED);
    assert_eq!(script.get("/me").status, 200);
}

#[test]
fn signing_a_program_in_cancels_the_deletion_of_the_account() {
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
fn a_command_that_suspends_ends_tokens_and_their_streams() {
    let site = Site::start();
    site.admin("alice");
    let bob = site.member("bob");
    let personal = bob.make_token("backup", "write", "0");
    let scripts = [site.script("bob"), site.script_with(&personal)];
    let mut streams = scripts.each_ref().map(Script::listen);
    assert_eq!(site.command(&["user", "suspend", "bob"]).status, Some(0));
    for (script, stream) in scripts.iter().zip(&mut streams) {
        assert_refused(script, REVOKED);
        stream.expect_sign_out();
    }
}
