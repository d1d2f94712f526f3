//! Sessions: signing in and out, forged forms, and the tokens behind the cookies.

use std::time::Duration;

use crate::harness::{DAY, HOUR, MINUTE, PASSWORD, Person, Program, Site, between};

/// Where nobody may be led who has just proved who they are.
pub(crate) const HOSTILE_NEXT: [&str; 14] = [
    "//evil.example",
    "///evil.example",
    "https://evil.example",
    "https:evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/a\\b",
    "javascript:alert(1)",
    "data:text/html,x",
    "/a\r\nX: y",
    "/a\u{0}b",
    "\t//evil",
    " /a",
    "evil.example/",
];

#[test]
fn a_wrong_password_and_an_unknown_name_are_the_same() {
    let site = Site::start();
    site.member("alice");
    let visitor = site.visitor();
    let wrong = visitor.log_in("alice", "wrong horse");
    let unknown = visitor.log_in("nobody", "wrong horse");
    assert_eq!((wrong.status, unknown.status), (422, 422));
    assert!(
        wrong.has("Invalid username or password") && unknown.has("Invalid username or password")
    );
    assert!(wrong.has("value=\"alice\""));
}

#[test]
fn who_is_not_signed_in_is_led_there_and_back() {
    let site = Site::start();
    site.member("alice");
    let visitor = site.visitor();
    let sent = visitor.get("/user/alice?before=x");
    assert_eq!(
        (sent.status, sent.location()),
        (303, "/login?next=%2Fuser%2Falice%3Fbefore%3Dx")
    );
    let login = visitor.get(sent.location());
    assert!(login.has("name=\"next\" value=\"/user/alice?before=x\""));
    let answer = visitor.post(
        "/login",
        &[
            ("username", "alice"),
            ("password", PASSWORD),
            ("next", "/user/alice"),
        ],
    );
    assert_eq!((answer.status, answer.location()), (303, "/user/alice"));
}

#[test]
fn next_never_leads_to_another_site() {
    let site = Site::start();
    site.member("alice");
    for next in HOSTILE_NEXT {
        let answer = site.visitor().post(
            "/login",
            &[
                ("username", "alice"),
                ("password", PASSWORD),
                ("next", next),
            ],
        );
        assert_eq!((answer.status, answer.location()), (303, "/"), "{next:?}");
        assert_eq!(answer.header("x"), None, "{next:?}");
    }
}

#[test]
fn signing_out_ends_the_session_and_not_only_the_cookie() {
    let site = Site::start();
    let alice = site.member("alice");
    let cookies = alice.cookies();
    let answer = alice.post("/logout", &[]);
    assert_eq!((answer.status, answer.location()), (303, "/login"));
    assert!(alice.get("/login").has("You have been logged out"));
    let old = site
        .visitor()
        .get_with("/user/alice", &[("Cookie", &cookies)]);
    assert_eq!(old.status, 303, "the old cookie is worth nothing");
}

#[test]
fn a_session_is_new_at_each_sign_in_and_never_adopted() {
    let site = Site::start();
    let alice = site.member("alice");
    let first = alice.cookies();
    alice.sign_in("alice");
    assert_ne!(alice.cookies(), first);
    let old = site
        .visitor()
        .get_with("/user/alice", &[("Cookie", &first)]);
    assert_eq!(old.status, 303, "the session before has ended");
    let made_up = format!("quartfeed={}", "A".repeat(43));
    assert_eq!(
        site.visitor()
            .get_with("/user/alice", &[("Cookie", &made_up)])
            .status,
        303
    );
}

#[test]
fn the_cookie_is_limited_to_what_it_is_for() {
    let site = Site::start();
    site.member("alice");
    let visitor = site.visitor();
    let plain = visitor.log_in("alice", PASSWORD);
    let cookie = plain.header("set-cookie").expect("a cookie");
    assert!(
        cookie.ends_with("; HttpOnly; SameSite=Lax; Path=/"),
        "{cookie}"
    );
    let kept = site.visitor().post(
        "/login",
        &[
            ("username", "alice"),
            ("password", PASSWORD),
            ("remember", "1"),
        ],
    );
    assert!(
        kept.header("set-cookie")
            .expect("a cookie")
            .contains("Max-Age=7776000")
    );
    let file = site.file();
    let token = cookie.split(['=', ';']).nth(1).expect("a value");
    let stored: i64 = file
        .query_row(
            "select count(*) from sessions where token_hash = ?1 or token_hash = cast(?1 as blob)",
            [token],
            |row| row.get(0),
        )
        .expect("it can be read");
    assert_eq!(stored, 0, "only a hash is stored");
}

#[test]
fn an_unused_session_ends_and_a_used_one_ends_later() {
    let site = Site::start();
    let alice = site.member("alice");
    for _ in 0..3 {
        site.pass(7 * HOUR);
        assert_eq!(
            alice.get("/user/alice").status,
            200,
            "used every seven hours"
        );
    }
    site.pass(4 * HOUR);
    assert_eq!(alice.get("/user/alice").status, 303, "a day is over");
    alice.sign_in("alice");
    site.pass(13 * HOUR);
    assert_eq!(
        alice.get("/user/alice").status,
        303,
        "twelve hours without use"
    );
}

#[test]
fn a_form_without_its_token_does_nothing_and_keeps_the_text() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    let foreign = bob.form_token();
    for form in [
        vec![("message", "my words")],
        vec![("message", "my words"), ("csrf_token", "")],
        vec![("message", "my words"), ("csrf_token", "nonsense")],
        vec![("message", "my words"), ("csrf_token", &foreign)],
    ] {
        let page = alice.post_as_is("/post", &form, &[]);
        assert_eq!(page.status, 403, "{form:?}");
        assert!(
            page.has("Invalid POST contents") && page.has("my words</textarea>"),
            "{form:?}"
        );
    }
    assert!(alice.get("/").posts().is_empty());
}

#[test]
fn a_button_without_its_token_may_be_pressed_again() {
    let site = Site::start();
    let (alice, _bob) = (site.member("alice"), site.member("bob"));
    let page = alice.post_as_is("/follow/bob", &[("next", "/user/bob")], &[]);
    assert_eq!(page.status, 403);
    assert!(
        page.has("Invalid POST contents")
            && page.has("action=\"/follow/bob\"")
            && page.has("value=\"/user/bob\"")
    );
}

#[test]
fn another_site_cannot_send_our_forms() {
    let site = Site::start();
    let alice = site.member("alice");
    let headers = [
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
    ];
    for header in headers {
        let page = alice.post_with("/post", &[("message", "not mine")], &[header]);
        assert_eq!(page.status, 403, "{header:?}");
    }
    let own = format!("http://{}", alice.address());
    for header in [("Sec-Fetch-Site", "same-origin"), ("Origin", own.as_str())] {
        assert_eq!(
            alice
                .post_with("/post", &[("message", "mine")], &[header])
                .status,
            303,
            "{header:?}"
        );
    }
    assert!(!alice.get("/").has("not mine"));
}

#[test]
fn who_stays_signed_in_stays_for_two_weeks_without_use_and_three_months_at_most() {
    let site = Site::start();
    let alice = site.lasting_member("alice");
    for _ in 0..6 {
        site.pass(13 * DAY);
        assert_eq!(alice.get("/user/alice").status, 200);
    }
    site.pass(11 * DAY);
    assert_eq!(alice.get("/user/alice").status, 200, "on the 89th day");
    site.pass(2 * DAY);
    assert_eq!(alice.get("/user/alice").status, 303, "ninety days are over");
    let bob = site.lasting_member("bob");
    site.pass(15 * DAY);
    assert_eq!(bob.get("/user/bob").status, 303, "two weeks without use");
}

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
    let words = "An old key of your session in a program was used again. If that was not you, change your password.";
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
    assert!(!alice.get("/").words().contains("An old key"));
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

#[test]
fn who_is_suspended_or_gone_is_not_signed_in_and_cannot_sign_in() {
    let site = Site::start();
    let alice = site.member("alice");
    let form = [("username", "alice"), ("password", PASSWORD)];
    for column in ["suspended_at", "gone_at"] {
        let set = |value: &str| {
            let sql = format!("update users set {column} = {value} where username = 'alice'");
            assert_eq!(site.file().execute(&sql, []).expect("written"), 1);
        };
        set("1");
        assert_eq!(alice.get("/user/alice").status, 303, "{column}");
        assert_eq!(alice.listen().status(), "401", "{column}");
        let refused = site.visitor().post("/login", &form);
        assert_eq!(refused.status, 422, "{column}");
        assert!(refused.has("Invalid username or password"), "{column}");
        set("null");
        assert_eq!(alice.get("/user/alice").status, 200, "{column}");
    }
}

#[test]
fn when_somebody_was_here_is_noted_now_and_then() {
    let site = Site::start();
    let alice = site.member("alice");
    let seen = || -> (i64, i64) {
        site.file()
            .query_row(
                "select seen_at, last_seen_at from users join sessions on user_id = users.id",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .expect("she has one session")
    };
    let first = seen();
    site.pass(4 * MINUTE);
    alice.get("/");
    assert_eq!(seen(), first, "not on every page");
    site.pass(2 * MINUTE);
    alice.get("/");
    let later = first.0 + 6 * 60 * 1_000;
    assert_eq!(seen(), (later, later));
}

#[test]
fn the_sessions_of_a_person_are_listed_and_end_one_by_one() {
    let site = Site::start();
    let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1";
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    let mobile = site.visitor().saying("User-Agent", phone);
    mobile.sign_in("alice");
    let page = alice.get("/settings/sessions");
    let words = page.words();
    for expected in [
        "a program this one",
        "Safari on iPhone",
        "From 127.0.0.0/24",
        "Signed in",
        "Last seen",
    ] {
        assert!(words.contains(expected), "{expected} in {words}");
    }
    assert_eq!(
        page.text.matches("/end\"").count(),
        1,
        "her own has no button"
    );
    assert!(!bob.get("/settings/sessions").words().contains("iPhone"));

    let path = format!(
        "/settings/sessions/{}/end",
        between(&page.text, "action=\"/settings/sessions/", "/end\"")
    );
    assert_eq!(bob.post(&path, &[]).status, 404, "not his");
    for nobody in ["0", "999", "x", "-1", "01", "1%0d%0aX:y"] {
        let path = format!("/settings/sessions/{nobody}/end");
        assert_eq!(alice.post(&path, &[]).status, 404, "{nobody}");
    }
    let (mut ended, mut stays) = (mobile.listen(), alice.listen());
    alice.press(&path);
    assert!(alice.get("/").has("Session ended"));
    ended.expect_sign_out();
    assert_eq!(mobile.get("/user/alice").status, 303);
    let id = alice.write("still here");
    assert_eq!(stays.expect("post").data["post_id"], id.as_str());
    assert_eq!(alice.post(&path, &[]).status, 404, "it has ended");
}

#[test]
fn all_other_sessions_end_at_once() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    let others = [site.visitor(), site.visitor()];
    for other in &others {
        other.sign_in("alice");
    }
    let mut streams = others.each_ref().map(Person::listen);
    alice.press("/settings/sessions/end-others");
    assert!(alice.get("/").has("All other sessions ended"));
    for (other, stream) in others.iter().zip(&mut streams) {
        stream.expect_sign_out();
        assert_eq!(other.get("/user/alice").status, 303);
    }
    assert_eq!(alice.get("/user/alice").status, 200);
    assert_eq!(bob.get("/user/bob").status, 200, "his is none of hers");
}

#[test]
fn nobody_has_more_sessions_than_anybody_needs() {
    let site = Site::start();
    let alice = site.member("alice");
    site.pass(MINUTE);
    let sql = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 100)
        insert into sessions (token_hash, user_id, persistent, created_at, last_seen_at)
        select randomblob(32), user_id, 1, created_at, last_seen_at + i from sessions, n";
    assert_eq!(site.file().execute(sql, []).expect("written"), 100);
    site.visitor().sign_in("alice");
    let count = site.count("sessions");
    assert_eq!(count, 100);
    assert_eq!(alice.get("/user/alice").status, 303, "unused for longest");
}

#[test]
fn a_crowd_at_the_door_is_asked_to_come_back() {
    let site = Site::behind_a_proxy();
    let answers: Vec<_> = std::thread::scope(|scope| {
        let visitors: Vec<_> = (0..40)
            .map(|n| {
                let visitor = site.visitor().coming_from(&format!("192.0.2.{n}"));
                let name = format!("nobody{n}");
                scope.spawn(move || visitor.log_in(&name, PASSWORD))
            })
            .collect();
        visitors
            .into_iter()
            .map(|visitor| visitor.join().expect("no panic"))
            .collect()
    });
    for answer in &answers {
        match answer.status {
            422 => assert!(answer.has("Invalid username or password")),
            503 => assert!(answer.header("retry-after").is_some()),
            other => panic!("{other}"),
        }
    }
    assert!(
        answers.iter().any(|answer| answer.status == 422),
        "some are served"
    );
}

/// Each hash takes 19 MiB; what is over must go back to the system, or a small machine runs out.
#[test]
#[cfg(target_os = "linux")]
fn sign_ins_leave_no_memory_behind() {
    const LEFT_KIB_MAX: u64 = 30 * 1_024;
    let program = Program::with(|command| {
        command.env("QUARTFEED_SERVER_TRUSTED_PROXIES", "127.0.0.1");
    });
    let resident = || -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", program.pid()));
        let status = status.expect("it runs");
        let kib = between(&status, "VmRSS:", "kB").trim();
        kib.parse().expect("a number")
    };
    let before = resident();
    for n in 0..24 {
        let stranger = Person::stranger(&program.address);
        let stranger = stranger.coming_from(&format!("192.0.2.{n}"));
        let name = format!("nobody{n}");
        let answer = stranger.log_in(&name, PASSWORD);
        assert_eq!(answer.status, 422);
    }
    let after = resident();
    assert!(
        after < before + LEFT_KIB_MAX,
        "{before} KiB before, {after} KiB after"
    );
}
