//! Groups, direct messages, and posts in several feeds.

mod directs;
mod groups;
mod hidden;
mod lists;
mod live;
mod moderation;
mod places;
mod readership;
mod rights;

use crate::harness::{Event, EventStream, FRAGMENT, Person, Site, between};

/// Creates a group, whose first admin is the person.
fn found(admin: &Person, name: &str, more: &[(&str, &str)]) {
    let mut form = vec![("name", name)];
    form.extend_from_slice(more);
    let page = admin.post("/groups/new", &form);
    assert_eq!(page.status, 303, "{}", page.text);
}

/// Joins a group. An admin of a private one lets the person in.
fn join(person: &Person, name: &str, admin: Option<(&Person, &str)>) {
    person.press(&format!("/group/{name}/join"));
    if let Some((admin, username)) = admin {
        admin.press(&format!("/group/{name}/members/{username}/accept"));
    }
}

/// Writes a post and returns its id.
fn write_to(person: &Person, to: &[&str], message: &str) -> String {
    let mut form = vec![("message", message)];
    form.extend(to.iter().map(|to| ("to", *to)));
    let page = person.post_with("/post", &form, &[("Accept", FRAGMENT)]);
    assert_eq!(page.status, 201, "{}", page.text);
    between(&page.text, "data-post-id=\"", "\"").to_owned()
}

/// Returns the next event that is not the number of unread notifications.
fn next(stream: &mut EventStream, name: &str) -> Event {
    loop {
        let event = stream.next().expect("an event");
        if event.name != "notification" {
            assert_eq!(event.name, name, "{event:?}");
            return event;
        }
    }
}

fn topics(event: &Event) -> Vec<&str> {
    let list = event.data["topics"].as_array().expect("a list");
    list.iter().filter_map(|topic| topic.as_str()).collect()
}

/// A site with alice, who is the admin of a group, bob, who is a member, and carol, who is none.
struct Circle {
    site: Site,
    alice: Person,
    bob: Person,
    carol: Person,
}

impl Circle {
    fn of(privacy: &str) -> Circle {
        let site = Site::start();
        let [alice, bob, carol] = ["alice", "bob", "carol"].map(|name| site.member(name));
        found(
            &alice,
            "garden",
            &[("title", "Garden Club"), ("privacy", privacy)],
        );
        let admin = (privacy == "private").then_some((&alice, "bob"));
        join(&bob, "garden", admin);
        Circle {
            site,
            alice,
            bob,
            carol,
        }
    }
}
