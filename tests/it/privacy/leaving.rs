//! Members who leave: hidden at once, and deleted after fourteen days.

use std::time::Duration;

use crate::harness::{PASSWORD, Site, eventually};

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

/// Walks every foreign key to `users`, so that tables of later versions are checked as well: only the name is kept.
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
    bob.post("/settings/account/delete", &[("password", PASSWORD)]);
    site.pass(Duration::from_hours(14 * 24 + 1));
    site.restart();
    let file = site.file();
    let bob: i64 = file
        .query_row("select id from users where username = 'bob'", [], |row| {
            row.get(0)
        })
        .expect("the name");
    eventually("everything of bob's is gone", || {
        let gone: i64 = file
            .query_row(
                "select gone_at is not null from users where id = ?",
                [bob],
                |row| row.get(0),
            )
            .expect("a row");
        gone == 1
    });
    let columns: Vec<(String, String)> = file
        .prepare(
            "select tables.name, keys.\"from\" from sqlite_schema as tables
             join pragma_foreign_key_list(tables.name) as keys
             where tables.type = 'table' and keys.\"table\" = 'users'",
        )
        .and_then(|mut query| {
            query
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
        .expect("the schema");
    assert!(columns.len() > 15, "{columns:?}");
    for (table, column) in columns {
        // The name stays reserved, and the empty feed stays with it.
        if ["feeds", "former_usernames"].contains(&table.as_str()) {
            continue;
        }
        let rows: i64 = file
            .query_row(
                &format!("select count(*) from {table} where {column} = ?"),
                [bob],
                |row| row.get(0),
            )
            .expect("it can be read");
        assert_eq!(rows, 0, "{table}.{column}");
    }
}
