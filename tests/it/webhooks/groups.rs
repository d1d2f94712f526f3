//! Webhooks of groups, which their admins manage.

use super::{asked, receiver::Receiver, sending, shown_secret};
use crate::harness::{DAY, PASSWORD, Person, Site};

const PAGE: &str = "/group/kitchen/webhooks";

/// Makes a private group, with its admin and a member.
fn kitchen(site: &Site) -> (Person, Person) {
    let (alice, bob) = site.friends();
    let group = [("name", "kitchen"), ("privacy", "private")];
    assert_eq!(alice.post("/groups/new", &group).status, 303);
    bob.press("/group/kitchen/join");
    alice.press("/group/kitchen/members/bob/accept");
    (alice, bob)
}

#[test]
fn a_group_sends_what_is_written_in_it() {
    let (site, receiver) = sending();
    let (alice, bob) = kitchen(&site);
    assert!(alice.get("/group/kitchen").has(PAGE));
    let made = asked(&alice, PAGE, &receiver.url("/g"), "standard", "");
    let secret = shown_secret(&made);
    let posted = bob.post("/post", &[("message", "It is hot."), ("to", "kitchen")]);
    assert_eq!(posted.status, 303);
    let came = receiver.wait("/g", 1).remove(0);
    assert!(came.is_signed_with(&secret));
    assert_eq!(came.text(), "It is hot.");
    let id = came.json()["data"]["post"]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    bob.write("elsewhere");
    alice.comment(&id, "Open a window.");
    assert_eq!(receiver.wait("/g", 2)[1].text(), "Open a window.");
    assert!(
        !alice.get("/settings/webhooks").has("my receiver"),
        "it is the group's"
    );

    // Somebody who is no admin sees nothing of it.
    assert!(!bob.get("/group/kitchen").has(PAGE));
    assert_eq!(bob.get(PAGE).status, 403);
    assert_eq!(bob.post(&format!("{PAGE}/1/delete"), &[]).status, 403);
    assert_eq!(bob.post("/settings/webhooks/1/delete", &[]).status, 404);
    assert_eq!(site.member("carol").get(PAGE).status, 403);
}

#[test]
fn a_group_names_no_other_group_of_a_post() {
    let (site, receiver) = sending();
    let (alice, _bob) = kitchen(&site);
    let group = [("name", "hush_hush"), ("privacy", "private")];
    assert_eq!(alice.post("/groups/new", &group).status, 303);
    asked(&alice, PAGE, &receiver.url("/g?auth=token"), "standard", "");
    let page = alice.get(PAGE);
    assert!(page.has("/g?…") && !page.has("auth="));
    let to = [("message", "Soup"), ("to", "kitchen"), ("to", "hush_hush")];
    assert_eq!(alice.post("/post", &to).status, 303);
    let came = receiver.wait("/g?auth=token", 1).remove(0);
    let places = came.json()["data"]["post"]["to"].clone();
    assert_eq!(places.as_array().map(Vec::len), Some(1), "{places}");
    assert_eq!(places[0]["name"], "kitchen");
}

/// Writes in the kitchen, and waits until alice's own webhook has it: the site has then looked at it for all webhooks.
fn write(alice: &Person, receiver: &Receiver, text: &str) {
    let before = receiver.received("/alice").len();
    let posted = alice.post("/post", &[("message", text), ("to", "kitchen")]);
    assert_eq!(posted.status, 303);
    receiver.wait("/alice", before + 1);
}

#[test]
fn a_webhook_is_turned_off_when_its_owner_is_no_admin_any_more() {
    let (site, receiver) = sending();
    let (alice, bob) = kitchen(&site);
    shown_secret(&asked(
        &alice,
        PAGE,
        &receiver.url("/alice"),
        "standard",
        "",
    ));
    for end in ["demote", "remove", "leave"] {
        alice.press("/group/kitchen/members/bob/promote");
        shown_secret(&asked(&bob, PAGE, &receiver.url("/bob"), "standard", ""));
        let id = site.number("select max(id) from webhooks");
        let sent = receiver.received("/bob").len();
        write(&alice, &receiver, "for both");
        receiver.wait("/bob", sent + 1);
        if end == "leave" {
            bob.press("/group/kitchen/leave");
        } else {
            alice.press(&format!("/group/kitchen/members/bob/{end}"));
        }
        let page = alice.get(PAGE);
        let because =
            "This webhook is off. The person who turned it on is no longer an admin of the group.";
        assert!(page.has(because), "{end}: {}", page.words());
        write(&alice, &receiver, "not for bob's receiver");
        assert_eq!(receiver.received("/bob").len(), sent + 1, "{end}");
        // Another admin takes it over.
        alice.press(&format!("{PAGE}/{id}/on"));
        write(&alice, &receiver, "for alice's");
        assert_eq!(
            receiver.wait("/bob", sent + 2)[sent + 1].text(),
            "for alice's"
        );
        alice.press(&format!("{PAGE}/{id}/delete"));
        bob.press("/group/kitchen/join");
        let waits = "select count(*) from follow_requests";
        if site.number(waits) == 1 {
            alice.press("/group/kitchen/members/bob/accept");
        }
    }
}

#[test]
fn a_group_sends_nothing_that_somebody_sees_who_is_no_admin() {
    let (site, receiver) = sending();
    let (alice, bob) = kitchen(&site);
    shown_secret(&asked(
        &alice,
        PAGE,
        &receiver.url("/alice"),
        "standard",
        "",
    ));
    alice.press("/group/kitchen/members/bob/promote");
    shown_secret(&asked(&bob, PAGE, &receiver.url("/bob"), "standard", ""));
    // The webhook itself stays on.
    site.execute(
        "update group_roles set is_admin = 0 where user_id = (select id from users where username = 'bob')",
    );
    write(&alice, &receiver, "not for bob's receiver");
    let of_bob = "select count(*) from webhook_deliveries where webhook_id = 2";
    assert_eq!(site.number(of_bob), 0);
    assert_eq!(receiver.received("/bob").len(), 0);
}

#[test]
fn other_admins_read_that_somebody_else_was_signed_out() {
    let (site, receiver) = sending();
    let (alice, bob) = kitchen(&site);
    alice.press("/group/kitchen/members/bob/promote");
    shown_secret(&asked(&bob, PAGE, &receiver.url("/bob"), "standard", ""));
    site.write(|tx| {
        let bob = quartfeed::store::users::named(tx, &"bob".parse().expect("a name"))?;
        quartfeed::store::sessions::end_all(tx, bob.id, None)
    });
    let page = alice.get(PAGE);
    assert!(
        page.has("The person who turned it on was signed out everywhere."),
        "{}",
        page.words()
    );
}

#[test]
fn the_webhooks_of_a_deleted_group_go_with_it() {
    let (site, receiver) = sending();
    let (alice, _) = kitchen(&site);
    shown_secret(&asked(&alice, PAGE, &receiver.url("/g"), "standard", ""));
    let password = [("password", PASSWORD)];
    assert_eq!(alice.post("/group/kitchen/delete", &password).status, 303);
    site.pass(30 * DAY);
    site.write(quartfeed::store::groups::clearing::clear_due);
    assert_eq!(site.count("webhooks"), 0);
}
