//! Addresses that do not take what is sent.

use super::{
    PAGE, in_state, make,
    receiver::{Received, Receiver, SILENCE, answer},
    sending, tried,
};
use crate::harness::{DAY, HOUR, Person, SECOND, Site, eventually};

/// Sends a test, and returns the words of the page when it has failed.
fn problem(site: &Site, person: &Person) -> String {
    let newest = || {
        site.number("select coalesce(max(id), 0) from webhook_deliveries where state = 'failed'")
    };
    let before = newest();
    person.press(&format!("{PAGE}/1/test"));
    eventually("it failed", || newest() > before);
    person.get(PAGE).words()
}

#[test]
fn a_failure_is_tried_again_with_the_same_id_until_it_succeeds() {
    let (site, receiver) = sending();
    let alice = site.member("alice");
    let failed = answer(
        "500 Internal Server Error",
        &format!("It is <broken>.\n{}", "x".repeat(5_000)),
    );
    receiver.answers("/a", &[&failed, &failed, &answer("200 OK", "")]);
    let secret = make(&alice, &receiver.url("/a"), "feed");
    alice.write("hello");
    tried(&site, 1);
    let page = alice.get(PAGE);
    assert!(
        page.has("Failed, and will be tried again"),
        "{}",
        page.words()
    );
    assert!(page.words().contains("status 500 · 1 try"));
    assert!(page.words().contains("It is <broken>. xxx"));
    let kept = site.number("select length(reason) from webhook_deliveries");
    assert_eq!(kept, 200, "the beginning of the answer");
    let pause = site.number("select next_at from webhook_deliveries") - site.now();
    assert!((5_000..=5_500).contains(&pause), "{pause}");
    site.pass(6 * SECOND);
    tried(&site, 2);
    let pause = site.number("select next_at from webhook_deliveries") - site.now();
    assert!((300_000..=330_000).contains(&pause), "{pause}");
    site.pass(331 * SECOND);
    eventually("it is sent", || in_state(&site, "sent") == 1);
    let came = receiver.received("/a");
    assert_eq!(came.len(), 3);
    for one in &came {
        assert_eq!(one.header("webhook-id"), came[0].header("webhook-id"));
        assert!(one.is_signed_with(&secret), "at its own time");
    }
    assert_ne!(
        came[0].header("webhook-timestamp"),
        came[2].header("webhook-timestamp")
    );
    assert!(
        alice
            .get(PAGE)
            .words()
            .contains("Delivered · status 200 · 3 tries")
    );
}

#[test]
fn everything_that_waits_is_sent_in_order_when_the_address_is_back() {
    let (site, receiver) = sending();
    let alice = site.member("alice");
    receiver.answers("/a", &[&answer("503 Service Unavailable", "")]);
    make(&alice, &receiver.url("/a"), "feed");
    alice.write("one");
    tried(&site, 1);
    alice.write("two");
    alice.write("three");
    eventually("all wait", || in_state(&site, "waiting") == 3);
    receiver.answers("/a", &[&answer("200 OK", "")]);
    // A test goes before all others, and its success says that the address is back.
    alice.press(&format!("{PAGE}/1/test"));
    eventually("all are sent", || in_state(&site, "sent") == 4);
    let came = receiver.received("/a");
    assert_eq!(came[1].json()["type"], "test");
    let texts: Vec<String> = came[2..].iter().map(Received::text).collect();
    assert_eq!(texts, ["one", "two", "three"]);
}

#[test]
fn addresses_that_never_answer_hold_up_nobody_else() {
    let (site, receiver) = sending();
    let (alice, bob) = site.friends();
    bob.follow(&alice);
    // More than there are workers.
    let silent = [1, 2, 3, 4, 5].map(|n| format!("/silent-{n}"));
    for path in &silent {
        receiver.answers(path, &[SILENCE]);
        make(&alice, &receiver.url(path), "feed");
    }
    make(&bob, &receiver.url("/bob"), "home");
    let asked = || -> usize {
        let paths = silent.iter();
        paths.map(|path| receiver.received(path).len()).sum()
    };
    alice.write("hello");
    eventually("one is asked", || asked() > 0);
    receiver.wait("/bob", 1);
    for n in 2..10 {
        alice.write("again");
        receiver.wait("/bob", n);
    }
    assert_eq!(asked(), 1, "one at a time");
    eventually("the first one failed", || {
        alice
            .get(PAGE)
            .has("127.0.0.1 did not answer within 15 seconds.")
    });
}

#[test]
fn a_redirect_is_not_followed() {
    let (site, receiver) = sending();
    let alice = site.member("alice");
    let to = format!(
        "HTTP/1.1 302 Found\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n",
        receiver.url("/inside?auth=token-1")
    );
    receiver.answers("/a?auth=token-1", &[&to]);
    make(&alice, &receiver.url("/a?auth=token-1"), "feed");
    let words = problem(&site, &alice);
    assert!(words.contains("Redirects are not followed"), "{words}");
    assert!(words.contains(&receiver.url("/inside")), "{words}");
    assert!(!words.contains("token-1"), "{words}");
    assert_eq!(receiver.received("/inside?auth=token-1").len(), 0);
    receiver.answers(
        "/a?auth=token-1",
        &[&answer("404 Not Found", "nothing at /a?auth=token-1")],
    );
    let words = problem(&site, &alice);
    assert!(words.contains("nothing at /a?…"), "{words}");
    assert!(!words.contains("token-1"), "{words}");
}

#[test]
fn a_host_that_does_not_exist_is_said_to_be_missing() {
    let (site, _) = sending();
    let alice = site.member("alice");
    make(&alice, "http://nothing.invalid/", "feed");
    let words = problem(&site, &alice);
    assert!(words.contains("nothing.invalid was not found"), "{words}");
}

#[test]
fn private_addresses_are_refused_unless_they_are_allowed() {
    let receiver = Receiver::start();
    let site = Site::with(|config| config.webhooks.enabled = true);
    let alice = site.member("alice");
    for other in [
        "127.0.0.1",
        // A name that leads to a private address.
        "localhost",
        "127.1",
        "2130706433",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "[::1]",
        "10.0.0.1",
        "169.254.169.254",
    ] {
        let url = receiver.url("/a").replace("127.0.0.1", other);
        make(&alice, &url, "feed");
        let id = site.number("select max(id) from webhooks");
        alice.press(&format!("{PAGE}/{id}/test"));
        eventually("it is refused", || {
            alice
                .get(PAGE)
                .has("is in a private network, and this site sends webhooks to the internet only.")
        });
        alice.press(&format!("{PAGE}/{id}/delete"));
    }
    assert_eq!(receiver.received("/a").len(), 0);
}

#[test]
fn an_address_that_is_gone_is_turned_off() {
    let (site, receiver) = sending();
    let alice = site.member("alice");
    receiver.answers("/a", &[&answer("410 Gone", "")]);
    make(&alice, &receiver.url("/a"), "feed");
    alice.write("one");
    eventually("it is off", || {
        alice
            .get(PAGE)
            .has("This webhook is off. The address answered “410 Gone”")
    });
    alice.write("two");
    let refused = alice.post(&format!("{PAGE}/1/test"), &[]);
    assert_eq!(refused.status, 400, "{}", refused.words());
    receiver.answers("/a", &[&answer("200 OK", "")]);
    alice.press(&format!("{PAGE}/1/on"));
    alice.write("three");
    assert_eq!(receiver.wait("/a", 2)[1].text(), "three");
}

#[test]
fn a_delivery_is_given_up_and_a_webhook_turned_off_after_days_of_failures() {
    let (site, receiver) = sending();
    let alice = site.member("alice");
    receiver.answers("/a", &[&answer("500 Internal Server Error", "no")]);
    make(&alice, &receiver.url("/a"), "feed");
    alice.write("one");
    for times in 1..=7 {
        tried(&site, times);
        site.pass(12 * HOUR);
    }
    eventually("it is given up", || in_state(&site, "failed") == 1);
    alice.sign_in("alice");
    let page = alice.get(PAGE);
    assert!(page.has("Every try has failed since"), "{}", page.words());
    assert!(!page.has("This webhook is off."));

    alice.press(&format!("{PAGE}/1/1/resend"));
    for times in 1..=4 {
        tried(&site, times);
        site.pass(12 * HOUR);
    }
    eventually("it is off", || in_state(&site, "failed") == 1);
    alice.sign_in("alice");
    let page = alice.get(PAGE);
    assert!(
        page.has("This webhook is off. Every try failed for 5 days."),
        "{}",
        page.words()
    );
    let ids = receiver.received("/a");
    assert_eq!(ids.len(), 7 + 4);
    assert!(
        ids.iter()
            .all(|one| one.header("webhook-id") == ids[0].header("webhook-id"))
    );
}

#[test]
fn failures_with_days_between_them_turn_nothing_off() {
    let (site, receiver) = sending();
    let alice = site.member("alice");
    receiver.answers("/a", &[&answer("500 Internal Server Error", "no")]);
    make(&alice, &receiver.url("/a"), "feed");
    for given_up in 1..=2 {
        alice.sign_in("alice");
        alice.write("once a week");
        for times in 1..=7 {
            eventually("it is tried", || {
                let newest = "select coalesce((select tries from webhook_deliveries order by id desc limit 1), 0)";
                site.number(newest) == times
            });
            site.pass(12 * HOUR);
        }
        eventually("it is given up", || in_state(&site, "failed") == given_up);
        site.pass(7 * DAY);
    }
    alice.sign_in("alice");
    let page = alice.get(PAGE);
    assert!(!page.has("This webhook is off."), "{}", page.words());
}

#[test]
fn tests_turn_nothing_off() {
    let (site, receiver) = sending();
    let alice = site.member("alice");
    make(&alice, &receiver.url("/a"), "feed");
    for status in ["500 Internal Server Error", "410 Gone"] {
        receiver.answers("/a", &[&answer(status, "no")]);
        problem(&site, &alice);
        site.pass(6 * DAY);
        alice.sign_in("alice");
        let words = problem(&site, &alice);
        assert!(words.contains("Failed"), "{words}");
        assert!(!words.contains("This webhook is off."), "{words}");
        assert!(!words.contains("Every try has failed since"), "{words}");
    }
    // And neither do they say that posts arrive.
    receiver.answers("/a", &[&answer("404 Not Found", "no")]);
    alice.write("one");
    let tries_of_post = || {
        site.number(
            "select coalesce(max(tries), 0) from webhook_deliveries where post_id is not null",
        )
    };
    eventually("the post is tried", || tries_of_post() == 1);
    receiver.answers(
        "/a",
        &[&answer("200 OK", ""), &answer("404 Not Found", "no")],
    );
    alice.press(&format!("{PAGE}/1/test"));
    eventually("it is tried again", || tries_of_post() >= 2);
    let page = alice.get(PAGE);
    assert!(page.has("Every try has failed since"), "{}", page.words());
}

#[test]
fn a_request_that_is_refused_is_given_up_soon() {
    let (site, receiver) = sending();
    let alice = site.member("alice");
    let refused = answer("422 Unprocessable Content", "no title");
    receiver.answers("/a", &[&refused, &refused, &answer("200 OK", "")]);
    make(&alice, &receiver.url("/a"), "feed");
    alice.write("one");
    tried(&site, 1);
    alice.write("two");
    assert_eq!(in_state(&site, "failed"), 0, "it may have been a mistake");
    site.pass(6 * SECOND);
    assert_eq!(receiver.wait("/a", 3)[2].text(), "two");
    assert_eq!(in_state(&site, "failed"), 1);
    // Another setting of the receiver may be wrong for a while.
    for status in [401, 403, 404, 408, 425, 429, 500] {
        receiver.answers("/a", &[&answer(&format!("{status} No"), "")]);
        alice.write("more");
        let waits = |tries| {
            let waiting = "select count(*) from webhook_deliveries where next_at > 0 and tries";
            site.number(&format!("{waiting} = {tries}")) == 1
        };
        eventually("it is tried", || waits(1));
        site.pass(6 * SECOND);
        eventually("it is tried again and waits", || waits(2));
        receiver.answers("/a", &[&answer("200 OK", "")]);
        alice.press(&format!("{PAGE}/1/test"));
        eventually("all are sent", || in_state(&site, "waiting") == 0);
    }
}

#[test]
fn only_so_many_deliveries_wait() {
    let (site, receiver) = sending();
    let alice = site.member("alice");
    receiver.answers("/a", &[&answer("500 Internal Server Error", "")]);
    make(&alice, &receiver.url("/a"), "feed");
    for n in 0..102 {
        alice.write(&n.to_string());
    }
    eventually("all are there", || site.count("webhook_deliveries") == 102);
    eventually("two are given up", || in_state(&site, "failed") == 2);
    assert_eq!(in_state(&site, "waiting"), 100);
    let reason = "select count(*) from webhook_deliveries where id <= 2 and reason like '%more than 100 deliveries%'";
    assert_eq!(site.number(reason), 2, "the oldest");
}

#[test]
fn a_delivery_that_arrived_is_not_sent_again_while_its_result_cannot_be_noted() {
    let (site, receiver) = sending();
    let alice = site.member("alice");
    make(&alice, &receiver.url("/a"), "feed");
    site.execute(
        "create trigger no_note before update on webhook_deliveries begin select raise(abort, 'no'); end",
    );
    alice.write("once");
    alice.write("afterwards");
    eventually("the note was tried for longer than a pause", || {
        let log = site.log();
        let lines = log.lines();
        lines
            .filter(|line| line.contains("cannot be noted"))
            .count()
            >= 7
    });
    assert_eq!(receiver.received("/a").len(), 1);
    site.execute("drop trigger no_note");
    assert_eq!(receiver.wait("/a", 2)[1].text(), "afterwards");
    eventually("both are noted", || in_state(&site, "sent") == 2);
    assert_eq!(receiver.received("/a").len(), 2);
}

#[test]
fn something_that_cannot_be_read_counts_as_a_failed_try() {
    let (site, receiver) = sending();
    let alice = site.member("alice");
    receiver.answers("/a", &[&answer("500 Internal Server Error", "")]);
    make(&alice, &receiver.url("/a"), "feed");
    alice.write("soon broken");
    tried(&site, 1);
    site.execute("update posts set message = cast(x'ff' as text)");
    site.pass(6 * SECOND);
    tried(&site, 2);
    assert!(alice.get(PAGE).has("This site could not read it."));
    assert_eq!(receiver.received("/a").len(), 1);
}
