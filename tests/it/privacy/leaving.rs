//! Members who leave: hidden at once, and deleted after fourteen days.

use std::time::Duration;

use crate::harness::{PASSWORD, Site, eventually, forgotten_rows};

#[test]
fn a_leaving_member_is_hidden_at_once_and_deleted_in_the_end() {
    let mut site = Site::start();
    let (alice, bob) = site.friends();
    let (his, hers) = (bob.write("by bob"), alice.write("by alice"));
    bob.comment(&hers, "bob was here");
    bob.like(&hers);
    // The page of the account does the same.
    let leaves_at = site.now() + 14 * 24 * 3_600 * 1_000;
    site.execute(&format!(
        "update users set leaves_at = {leaves_at} where username = 'bob';
        update feeds set is_hidden = 1 where owner_id = (select id from users where username = 'bob');"
    ));
    assert_eq!(alice.get("/user/bob").status, 404);
    assert_eq!(alice.read(&his).status, 404);
    let page = alice.read(&hers).words();
    assert!(
        !page.contains("bob was here") && !page.contains("liked this"),
        "{page}"
    );

    site.pass(Duration::from_hours(14 * 24 + 1));
    site.restart();
    eventually("everything of bob's is gone", || {
        site.count("users where gone_at is not null") == 1
    });
    for table in [
        "posts where message = 'by bob'",
        "comments",
        "acts",
        "follows",
    ] {
        assert_eq!(site.count(table), 0, "{table}");
    }
    assert_eq!(
        site.number("select like_count + comment_count from posts"),
        0
    );
    let again = site.visitor().register("Bob");
    assert_eq!(again.status, 422, "the name is kept");
}

#[test]
fn signing_in_does_not_restore_an_account_after_fourteen_days() {
    let site = Site::start();
    let bob = site.member("bob");
    assert_eq!(
        bob.post("/settings/account/delete", &[("password", PASSWORD)])
            .status,
        303
    );
    site.pass(Duration::from_hours(14 * 24 + 1));
    let late = bob.log_in("bob", PASSWORD);
    assert_eq!(late.status, 422, "{}", late.text);
}

/// Bob has left something in most tables. The site checks all of them when the test ends.
#[test]
fn no_table_keeps_rows_of_a_deleted_member() {
    let mut site = Site::start();
    let (alice, bob) = site.friends();
    bob.follow(&alice);
    let post = bob.write("by bob, see @alice #tag");
    let comment = bob.comment(&alice.write("by alice"), "and @alice");
    alice.press(&format!("/comment/{comment}/like"));
    alice.like(&post);
    bob.press(&format!("/post/{post}/mute"));
    bob.post("/settings/invitations", &[("uses", "1"), ("days", "7")]);
    bob.post("/settings/tokens", &[("name", "mine"), ("scope", "read")]);
    alice.press("/mute/bob");
    site.forget(&bob);
    assert_eq!(forgotten_rows(&site.file()), [""; 0]);
}

/// The check at the end of every test must be able to fail.
#[test]
fn a_forgotten_row_is_found() {
    let mut site = Site::start();
    let (alice, bob) = site.friends();
    alice.write("by alice");
    site.forget(&bob);
    site.execute(
        "insert into mutes (user_id, post_id) select users.id, posts.id from users, posts where username = 'bob'",
    );
    assert_eq!(forgotten_rows(&site.file()), ["mutes.user_id"]);
    site.execute("delete from mutes");
}
