//! Guessing is slow, and nobody is kept out of their own account by others who guess.

use std::time::Duration;

use crate::harness::{MINUTE, PASSWORD, Page, Person, SECOND, Site, bare};

fn guess(person: &Person, username: &str) -> Page {
    try_with(person, username, "wrong horse")
}

fn try_with(person: &Person, username: &str, password: &str) -> Page {
    person.post(
        "/login",
        &[
            ("username", username),
            ("password", password),
            ("remember", "1"),
            ("next", "/people"),
        ],
    )
}

/// Fails until the throttle refuses, each time at another name, and returns how often.
fn use_up(person: &Person) -> u32 {
    let mut failures = 0;
    while guess(person, &format!("nobody{failures}")).status == 422 {
        failures += 1;
        assert!(failures < 100, "there is no limit");
    }
    failures
}

#[test]
fn an_address_fails_ten_times_and_then_once_a_minute() {
    let site = Site::behind_a_proxy();
    site.member("alice");
    let guesser = site.visitor().coming_from("192.0.2.1");
    assert_eq!(use_up(&guesser), 10);
    let refused = try_with(&guesser, "al<ice", PASSWORD);
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header("retry-after"), Some("60"));
    assert!(refused.has("There were too many attempts. Please try again in 60 seconds."));
    assert!(refused.has("value=\"al&lt;ice\"") && refused.has("name=\"next\" value=\"/people\""));
    assert!(refused.has("name=\"remember\" value=\"1\" checked") && !refused.has(PASSWORD));
    assert_eq!(
        try_with(&guesser, "alice", PASSWORD).status,
        429,
        "the right one too"
    );
    site.pass(59 * SECOND);
    assert_eq!(guess(&guesser, "alice").status, 429);
    site.pass(SECOND);
    assert_eq!(guess(&guesser, "alice").status, 422);
    assert_eq!(guess(&guesser, "alice").status, 429, "once");
    let neighbour = site.visitor().coming_from("192.0.2.2");
    assert_eq!(try_with(&neighbour, "alice", PASSWORD).status, 303);
    site.pass(10 * MINUTE);
    assert_eq!(use_up(&guesser), 10, "all is forgotten");
}

#[test]
fn success_costs_nothing() {
    let site = Site::behind_a_proxy();
    site.member("alice");
    let visitor = site.visitor().coming_from("192.0.2.1");
    for _ in 0..12 {
        assert_eq!(try_with(&visitor, "alice", PASSWORD).status, 303);
        visitor.press("/logout");
    }
    assert_eq!(use_up(&visitor), 10);
}

#[test]
fn a_network_of_version_six_is_one_address() {
    let site = Site::behind_a_proxy();
    let visitor = |address| site.visitor().coming_from(address);
    assert_eq!(use_up(&visitor("2001:db8::1")), 10);
    assert_eq!(guess(&visitor("2001:db8::ffff:1"), "x").status, 429);
    assert_eq!(guess(&visitor("2001:db8:0:1::1"), "x").status, 422);
    assert_eq!(use_up(&visitor("192.0.2.1")), 10);
    assert_eq!(
        guess(&visitor("::ffff:192.0.2.1"), "x").status,
        429,
        "the same in other letters"
    );
}

#[test]
fn a_stranger_does_not_get_around_it_by_claiming_an_address() {
    let site = Site::start();
    let statuses: Vec<u16> = (0..12)
        .map(|n| {
            let visitor = site.visitor().coming_from(&format!("192.0.2.{n}"));
            guess(&visitor, &format!("nobody{n}")).status
        })
        .collect();
    assert_eq!(statuses, [vec![422; 10], vec![429; 2]].concat());
}

#[test]
fn a_restart_forgives_nobody() {
    let mut site = Site::start();
    assert_eq!(use_up(&site.visitor()), 10);
    site.restart();
    assert_eq!(guess(&site.visitor(), "alice").status, 429);
}

#[test]
fn guesses_at_a_name_become_slow_wherever_they_come_from() {
    let site = Site::behind_a_proxy();
    site.member("alice");
    // An unknown name is treated like a known one, however it is written.
    for names in [["alice", "ALICE"], ["nobody", " Nobody "]] {
        let mut address = 0;
        let mut guess = || {
            address += 1;
            let visitor = site.visitor().coming_from(&format!("198.51.100.{address}"));
            guess(&visitor, names[address % 2])
        };
        assert_eq!([(); 3].map(|()| guess().status), [422; 3]);
        for delay in [1, 2, 4, 8, 16, 32, 60, 60] {
            let refused = guess();
            assert_eq!(refused.status, 429, "{names:?}");
            assert_eq!(
                refused.header("retry-after"),
                Some(delay.to_string().as_str())
            );
            site.pass(delay * SECOND);
            assert_eq!(guess().status, 422, "{names:?}");
        }
        site.pass(Duration::from_hours(1) + MINUTE);
        assert_eq!(
            [(); 4].map(|()| guess().status),
            [422, 422, 422, 429],
            "it is forgotten"
        );
    }
}

#[test]
fn a_known_device_is_not_slowed_down_by_other_peoples_guesses() {
    let site = Site::behind_a_proxy();
    let alice = site.member("alice");
    let bob = site.member("bob");
    alice.press("/logout");
    bob.press("/logout");
    for n in 0..3 {
        let guesser = site.visitor().coming_from(&format!("198.51.100.{n}"));
        assert_eq!(guess(&guesser, "alice").status, 422);
    }
    let new_phone = site.visitor().coming_from("192.0.2.1");
    assert_eq!(
        try_with(&new_phone, "alice", PASSWORD).status,
        429,
        "it was never there"
    );
    let bob = bob.coming_from("192.0.2.2");
    assert_eq!(try_with(&bob, "alice", PASSWORD).status, 429, "nor was his");
    let visitor = site.visitor();
    visitor.get("/login");
    let made_up = format!("{}; quartfeed_device={}", visitor.cookies(), "A".repeat(43));
    let liar = site.visitor().saying("Cookie", &made_up);
    let liar = liar.coming_from("192.0.2.3");
    assert_eq!(try_with(&liar, "alice", PASSWORD).status, 429, "made up");
    let alice = alice.coming_from("192.0.2.4");
    assert_eq!(guess(&alice, "alice").status, 422, "a slip");
    assert_eq!(try_with(&alice, "alice", PASSWORD).status, 303);
}

#[test]
fn a_made_up_device_is_not_adopted() {
    let site = Site::start();
    let alice = site.member("alice");
    let device = |cookies: &str| -> String {
        let mut all = cookies.split("; ");
        all.find(|cookie| cookie.starts_with("quartfeed_device="))
            .expect("it has one")
            .to_owned()
    };
    let known = device(&alice.cookies());
    let form = |person: &Person| {
        let answer = try_with(person, "alice", PASSWORD);
        assert_eq!(answer.status, 303);
        let value = answer
            .cookie("quartfeed_device")
            .expect("it is kept longer");
        assert!(value.contains("Max-Age=34560000") && value.contains("HttpOnly"));
        format!(
            "quartfeed_device={}",
            value.split(';').next().expect("a value")
        )
    };
    assert_eq!(form(&alice), known, "the same browser");
    let made_up = format!("quartfeed_device={}", "A".repeat(43));
    let visitor = site.visitor();
    visitor.get("/login");
    let all = format!("{}; {made_up}", visitor.cookies());
    let liar = site.visitor().saying("Cookie", &all);
    assert_ne!(form(&liar), made_up);
}

#[test]
fn concurrent_guesses_are_counted_like_sequential_ones() {
    let site = Site::behind_a_proxy();
    site.member("alice");
    let crowd = |address: fn(usize) -> String, name: fn(usize) -> String| {
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let guessers: Vec<_> = (0..60)
                .map(|n| {
                    let visitor = site.visitor().coming_from(&address(n));
                    scope.spawn(move || guess(&visitor, &name(n)).status)
                })
                .collect();
            guessers
                .into_iter()
                .map(|guesser| guesser.join().expect("no panic"))
                .collect()
        });
        let count = |status| statuses.iter().filter(|other| **other == status).count();
        // A guess that was refused as busy does not count.
        assert_eq!(count(422) + count(429) + count(503), 60, "{statuses:?}");
        assert!(count(422) > 0, "{statuses:?}");
        count(422)
    };
    assert!(crowd(|n| format!("192.0.2.{n}"), |_| "alice".into()) <= 3);
    assert!(crowd(|_| "198.51.100.1".into(), |n| format!("nobody{n}")) <= 10);
}

#[test]
fn registering_and_confirming_count_as_well() {
    let site = Site::behind_a_proxy();
    let alice = site.member("alice");
    let newcomer = site.visitor().coming_from("192.0.2.1");
    let register = |name| {
        newcomer.post(
            "/register",
            &[
                ("username", name),
                ("password", PASSWORD),
                ("name", "Al <x>"),
            ],
        )
    };
    let too_short = newcomer.post("/register", &[("username", ""), ("password", "")]);
    assert_eq!(too_short.status, 422, "what needs no look costs no attempt");
    for n in 0..9 {
        assert_eq!(register("alice").status, 422, "{n}");
    }
    assert_eq!(register("bob").status, 303);
    assert_eq!(register("alice").status, 422);
    let refused = register("carol");
    assert_eq!(
        (refused.status, refused.header("retry-after")),
        (429, Some("60"))
    );
    assert!(
        refused.has("too many attempts")
            && refused.has("value=\"carol\"")
            && refused.has("value=\"Al &lt;x&gt;\"")
    );
    let neighbour = site.visitor().coming_from("192.0.2.1");
    let signed_in = try_with(&neighbour, "bob", PASSWORD);
    assert_eq!(signed_in.status, 303, "a class signs in behind one address");
    assert_eq!(
        use_up(&newcomer),
        10,
        "and guesses at passwords count apart"
    );
    assert_eq!(register("carol").status, 429, "still");
    site.pass(MINUTE);
    assert_eq!(register("carol").status, 303);

    let alice = alice.coming_from("192.0.2.2");
    for n in 0..10 {
        assert_eq!(
            alice
                .post("/confirm", &[("password", "wrong horse")])
                .status,
            422,
            "{n}"
        );
    }
    let refused = alice.post("/confirm", &[("password", PASSWORD), ("next", "/people")]);
    assert_eq!(
        (refused.status, refused.header("retry-after")),
        (429, Some("60"))
    );
    assert!(refused.has("too many attempts") && refused.has("value=\"/people\""));
}

#[test]
fn no_more_is_remembered_than_fits() {
    let site = Site::start();
    let fill = "with recursive n(i) as (select 1 union all select i + 1 from n where i <= 12000)
        insert into address_attempts select 'a' || i, 9e15 + i from n;
        with recursive n(i) as (select 1 union all select i + 1 from n where i <= 12000)
        insert into name_attempts select cast('a' || i as blob), 1, 9e15 + i from n;";
    let fill = fill.replace("9e15", "9000000000000000");
    site.execute(&fill);
    assert_eq!(guess(&site.visitor(), "nobody").status, 422);
    for table in ["address_attempts", "name_attempts"] {
        let count: i64 = site
            .file()
            .query_row(&format!("select count(*) from {table}"), [], |row| {
                row.get(0)
            })
            .expect("it can be read");
        assert_eq!(count, 10_000, "{table}");
    }
}

#[test]
fn a_clock_that_is_set_back_locks_nobody_out() {
    let site = Site::start();
    let alice = site.member("alice");
    let ahead = "insert into address_attempts select '127.0.0.1/32', 9000000000000000;
        update name_attempts set next_at = 9000000000000000, failures = 50;";
    for _ in 0..3 {
        assert_eq!(guess(&site.visitor(), "alice").status, 422);
    }
    let sql = format!("delete from address_attempts; {ahead}");
    site.execute(&sql);
    assert_eq!(try_with(&site.visitor(), "alice", PASSWORD).status, 303);
    assert_eq!(alice.get("/").status, 200);
}

/// Only the typed name and random values may differ.
#[test]
fn an_unknown_name_is_answered_like_a_wrong_password() {
    let site = Site::behind_a_proxy();
    site.member("alice");
    let answer = |name: &str, address: &str| {
        let visitor = site.visitor().coming_from(address);
        let page = guess(&visitor, name);
        let headers: Vec<_> = [
            "content-type",
            "cache-control",
            "retry-after",
            "set-cookie",
            "vary",
        ]
        .map(|header| page.header(header).map(str::to_owned))
        .into();
        (page.status, headers, bare(&page.text).replace(name, "NAME"))
    };
    let token = |text: &str| -> String {
        let (before, rest) = text
            .split_once("name=\"csrf-token\" content=\"")
            .expect("a token");
        format!("{before}{}", rest.split_once('"').expect("it ends").1)
    };
    let (known, unknown) = (answer("alice", "192.0.2.1"), answer("other", "192.0.2.2"));
    assert_eq!((known.0, &known.1), (unknown.0, &unknown.1));
    assert_eq!(token(&known.2), token(&unknown.2));
}
