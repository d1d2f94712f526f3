//! The page of a person's webhooks.

use super::{PAGE, asked, in_state, make, sending, shown_secret};
use crate::harness::{DAY, Export, Site, eventually};

#[test]
fn a_secret_is_shown_once_and_can_be_replaced() {
    let (site, receiver) = sending();
    let alice = site.member("alice");
    assert!(alice.get("/settings").has(PAGE));
    let first = make(&alice, &receiver.url("/a"), "feed");
    assert!(
        first.starts_with("whsec_") && first.len() == 6 + 32,
        "{first}"
    );
    let page = alice.get(PAGE);
    assert!(page.has("my receiver") && !page.has(&first));
    let second = shown_secret(&alice.post(&format!("{PAGE}/1/secret"), &[]));
    assert_ne!(first, second);
    alice.press(&format!("{PAGE}/1/test"));
    let came = receiver.wait("/a", 1).remove(0);
    assert!(came.is_signed_with(&second) && !came.is_signed_with(&first));
    assert_eq!(came.json()["type"], "test");
    eventually("the log has it", || {
        alice
            .get(PAGE)
            .words()
            .contains("Delivered · status 200 · 1 try")
    });
    let export = Export::of(&alice);
    let exported = &export.data()["webhooks"][0];
    assert_eq!(exported["name"], "my receiver");
    assert_eq!(exported["url"], receiver.url("/a"));
    assert!(!export.everything().contains("whsec_"));
    assert!(
        !export
            .everything()
            .contains(second.trim_start_matches("whsec_"))
    );
}

#[test]
fn a_webhook_is_turned_off_and_on_sent_again_and_deleted() {
    let (site, receiver) = sending();
    let (alice, bob) = site.friends();
    make(&alice, &receiver.url("/a"), "feed");
    alice.write("one");
    receiver.wait("/a", 1);
    eventually("it is noted", || in_state(&site, "sent") == 1);
    alice.press(&format!("{PAGE}/1/off"));
    assert!(alice.get(PAGE).has("It was turned off on this page."));
    alice.write("while it is off");
    alice.press(&format!("{PAGE}/1/on"));
    alice.write("two");
    assert_eq!(receiver.wait("/a", 2)[1].text(), "two");
    alice.press(&format!("{PAGE}/1/1/resend"));
    let again = receiver.wait("/a", 3).remove(2);
    let first = receiver.received("/a").remove(0);
    assert_eq!(again.header("webhook-id"), first.header("webhook-id"));

    // Nobody else can do anything with it.
    for act in ["test", "on", "off", "secret", "delete", "1/resend"] {
        let refused = bob.post(&format!("{PAGE}/1/{act}"), &[]);
        assert_eq!(refused.status, 404, "{act}");
    }
    let forged = alice.post_as_is(&format!("{PAGE}/1/delete"), &[("csrf_token", "x")], &[]);
    assert_eq!(forged.status, 403);
    assert_eq!(site.count("webhooks"), 1);
    alice.press(&format!("{PAGE}/1/delete"));
    assert_eq!(site.count("webhooks") + site.count("webhook_deliveries"), 0);
}

#[test]
fn a_wrong_form_is_refused_and_kept() {
    let (site, _) = sending();
    let alice = site.member("alice");
    for (url, body, topic, expected) in [
        (
            "ftp://e.org/<x>",
            "standard",
            "home",
            "begins with https://",
        ),
        ("", "standard", "home", "begins with https://"),
        (
            "https://a:b@e.org/",
            "standard",
            "home",
            "a name or a password",
        ),
        (
            "https://e.org/",
            "xml",
            "home",
            "Choose what the address understands.",
        ),
        ("https://e.org/", "ntfy", "group", "Choose what is sent."),
    ] {
        let refused = asked(&alice, PAGE, url, body, topic);
        assert_eq!(refused.status, 422, "{url} {body} {topic}");
        assert!(refused.words().contains(expected), "{}", refused.words());
        assert!(refused.has("value=\"my receiver\""));
    }
    assert_eq!(site.count("webhooks"), 0);
    for n in 0..8 {
        make(&alice, &format!("https://e.org/{n}"), "home");
    }
    let refused = asked(&alice, PAGE, "https://e.org/", "ntfy", "home");
    assert_eq!(refused.status, 422);
    assert!(
        refused.has("There can be at most 8 webhooks here."),
        "{}",
        refused.words()
    );
}

#[test]
fn nothing_is_sent_unless_the_operator_says_so() {
    let site = Site::start();
    let alice = site.member("alice");
    assert!(!alice.get("/settings").has(PAGE));
    assert!(alice.get(PAGE).has("webhooks.enabled"));
    let refused = asked(&alice, PAGE, "https://e.org/", "standard", "home");
    assert_eq!(refused.status, 400);
    assert_eq!(site.count("webhooks"), 0);
}

#[test]
fn a_webhook_is_turned_off_when_its_owner_is_signed_out_everywhere() {
    let (site, receiver) = sending();
    let alice = site.member("alice");
    make(&alice, &receiver.url("/a"), "feed");
    site.write(|tx| {
        let alice = quartfeed::store::users::named(tx, &"alice".parse().expect("a name"))?;
        quartfeed::store::sessions::end_all(tx, alice.id, None)
    });
    alice.sign_in("alice");
    assert!(alice.get(PAGE).has("You were signed out everywhere."));
}

#[test]
fn webhooks_are_forgotten_with_their_owner_and_deliveries_after_two_weeks() {
    let (mut site, receiver) = sending();
    let (alice, bob) = site.friends();
    make(&alice, &receiver.url("/a"), "feed");
    make(&bob, &receiver.url("/b"), "feed");
    alice.write("one");
    receiver.wait("/a", 1);
    eventually("it is noted", || in_state(&site, "sent") == 1);
    site.forget(&alice);
    bob.sign_in("bob");
    assert_eq!(site.count("webhooks"), 1);
    bob.write("two");
    receiver.wait("/b", 1);
    eventually("it is noted", || in_state(&site, "sent") == 1);
    site.pass(15 * DAY);
    site.write(|tx| {
        assert!(quartfeed::store::webhooks::has_old(tx, tx.now)?);
        quartfeed::store::webhooks::clear_old(tx)
    });
    assert_eq!(site.count("webhook_deliveries"), 0);
}
