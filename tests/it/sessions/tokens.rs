//! The tokens of lasting sessions: their replacement, and copies of them.

use std::time::Duration;

use crate::harness::{HOUR, MINUTE, Site, between};

#[test]
fn a_token_is_replaced_after_a_day_and_its_copy_ends_the_session() {
    let site = Site::start();
    let alice = site.lasting_member("alice");
    let first = site.copy_of(&alice);
    site.pass(23 * HOUR);
    assert_eq!(alice.get("/").cookie("quartfeed"), None, "too early");
    site.pass(2 * HOUR);
    let sent = alice.get("/");
    let cookie = sent.cookie("quartfeed").expect("a new token");
    assert!(cookie.contains("Max-Age=7776000"), "{cookie}");
    assert_eq!(alice.get("/").cookie("quartfeed"), None, "once");
    let mut stream = alice.listen();
    site.pass(MINUTE);
    assert_eq!(first.get("/user/alice").status, 200, "still on its way");
    site.pass(Duration::from_secs(1));
    assert_eq!(first.get("/user/alice").status, 303, "an old copy");
    stream.expect_sign_out();
    assert_eq!(
        alice.get("/user/alice").status,
        303,
        "the session has ended"
    );

    alice.sign_in("alice");
    let words = "An old sign-in key of your session in a program was used again. If that wasn't you, change your password.";
    let page = alice.get("/");
    assert!(page.words().contains(words), "{}", page.words());
    assert!(
        alice.get("/people").words().contains(words),
        "until it is read"
    );
    let path = between(&page.text, "action=\"/settings/warnings/", "\"");
    let path = format!("/settings/warnings/{path}");
    let bob = site.member("bob");
    assert_eq!(bob.post(&path, &[]).status, 404, "not his");
    alice.press(&path);
    assert!(!alice.get("/").words().contains("An old sign-in key"));
    assert_eq!(alice.post(&path, &[]).status, 404, "read already");
}

#[test]
fn a_lost_answer_ends_no_session() {
    let site = Site::start();
    let alice = site.lasting_member("alice");
    let old = alice.cookies();
    let with = |cookie: &str| {
        site.visitor()
            .get_with("/user/alice", &[("Cookie", cookie)])
    };
    let sent = |cookie: &str| {
        let page = with(cookie);
        assert_eq!(page.status, 200);
        let cookie = page.cookie("quartfeed")?;
        Some(format!("quartfeed={}", cookie.split(';').next()?))
    };
    site.pass(25 * HOUR);
    let lost = sent(&old).expect("a new token");
    assert_eq!(sent(&old), None, "the answer may be on its way");
    site.pass(6 * MINUTE);
    let arrived = sent(&old).expect("another one");
    site.pass(20 * HOUR);
    assert_eq!(with(&old).status, 200, "nothing was confirmed");
    assert_eq!(with(&arrived).status, 200);
    assert_eq!(sent(&arrived), None, "a day has not passed");
    site.pass(2 * MINUTE);
    assert_eq!(with(&lost).status, 303, "it was replaced long ago");
    assert_eq!(with(&arrived).status, 303);
}

#[test]
fn a_browser_that_never_takes_a_new_token_does_not_fill_the_file() {
    let site = Site::start();
    let alice = site.lasting_member("alice");
    let old = site.copy_of(&alice);
    let sql = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 600)
        insert into session_tokens select randomblob(32), id, i from sessions, n";
    assert_eq!(site.file().execute(sql, []).expect("written"), 600);
    site.pass(25 * HOUR);
    assert!(old.get("/").cookie("quartfeed").is_some());
    let count = site.count("session_tokens");
    assert_eq!(count, 501, "the newest old ones, and the one that was sent");
    assert_eq!(old.get("/user/alice").status, 200);
}

#[test]
fn requests_side_by_side_get_one_new_token_and_all_are_answered() {
    let site = Site::start();
    let alice = site.lasting_member("alice");
    site.pass(25 * HOUR);
    let answers: Vec<_> = std::thread::scope(|scope| {
        let copies: Vec<_> = (0..12)
            .map(|_| {
                let copy = site.copy_of(&alice);
                scope.spawn(move || copy.get("/user/alice"))
            })
            .collect();
        copies
            .into_iter()
            .map(|copy| copy.join().expect("no panic"))
            .collect()
    });
    assert!(answers.iter().all(|answer| answer.status == 200));
    let sent = answers
        .iter()
        .filter(|answer| answer.cookie("quartfeed").is_some());
    assert_eq!(sent.count(), 1);
}

#[test]
fn a_token_never_travels_with_a_stream_or_an_asset() {
    let site = Site::start();
    let alice = site.lasting_member("alice");
    let asset = between(&alice.get("/").text, "stylesheet\" href=\"", "\"").to_owned();
    site.pass(25 * HOUR);
    let stream = alice.listen();
    assert!(!stream.head.to_ascii_lowercase().contains("set-cookie"));
    assert_eq!(alice.get(&asset).cookie("quartfeed"), None);
    assert!(alice.get("/no/such/page").cookie("quartfeed").is_some());
    let plain = site.member("bob");
    site.pass(11 * HOUR);
    assert_eq!(plain.get("/").status, 200);
    site.pass(11 * HOUR);
    assert_eq!(plain.get("/").cookie("quartfeed"), None, "it ends soon");
}

#[test]
fn a_disk_that_takes_nothing_ends_no_session() {
    let site = Site::start();
    let alice = site.lasting_member("alice");
    let refuse = |what: &str| {
        let sql = format!(
            "create trigger no_{what} before {what} on sessions begin select raise(abort, 'full'); end;
             create trigger no_tokens_{what} before {what} on session_tokens begin select raise(abort, 'full'); end;"
        );
        site.execute(&sql);
    };
    let allow = || {
        let sql = "drop trigger no_update; drop trigger no_tokens_update;";
        site.execute(sql);
    };
    site.pass(25 * HOUR);
    refuse("update");
    let page = alice.get("/user/alice");
    assert_eq!((page.status, page.cookie("quartfeed")), (200, None));
    allow();
    assert!(alice.get("/").cookie("quartfeed").is_some());
    refuse("update");
    assert_eq!(
        alice.get("/user/alice").status,
        200,
        "not confirmed, and good"
    );
    allow();
    assert_eq!(alice.get("/user/alice").status, 200);
}

#[test]
fn no_token_is_in_the_file() {
    let site = Site::start();
    let alice = site.lasting_member("alice");
    let mut tokens = vec![alice.cookies()];
    site.pass(25 * HOUR);
    alice.get("/");
    tokens.push(alice.cookies());
    alice.get("/");
    let values: Vec<&str> = tokens
        .iter()
        .flat_map(|cookies| cookies.split("; "))
        .map(|cookie| cookie.split_once('=').expect("a value").1)
        .collect();
    assert!(
        values.len() >= 4,
        "two sessions' tokens, and the device: {values:?}"
    );
    let file = site.file();
    for table in ["sessions", "session_tokens", "known_devices"] {
        let sql = format!(
            "select count(*) from {table} where token_hash = ?1 or token_hash = cast(?1 as blob)"
        );
        for value in &values {
            let stored: i64 = file
                .query_row(&sql, [value], |row| row.get(0))
                .expect("it can be read");
            assert_eq!(stored, 0, "{table}");
        }
        let rows: i64 = file
            .query_row(
                &format!("select count(*) from {table} where length(token_hash) = 32"),
                [],
                |row| row.get(0),
            )
            .expect("it can be read");
        assert!(rows > 0, "{table} has hashes");
    }
}
