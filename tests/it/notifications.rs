//! Notifications: who is told what, in which groups, and what counts as read.

use crate::harness::{FRAGMENT, Person, Site, between, words};

/// Returns the lines of the page, the newest first, each with whether it is new.
fn lines(person: &Person) -> Vec<String> {
    let page = person.get("/notifications").text;
    let items = page.split("<li class=\"notification").skip(1);
    items
        .map(|item| {
            let line = between(item, "<p>", "</p>");
            words(line)
        })
        .collect()
}

fn unread(person: &Person) -> String {
    let page = person.get("/people");
    let badge = between(&page.text, "id=\"unread\"", "</span>");
    if badge.starts_with(" hidden") {
        return String::new();
    }
    let count = between(badge, ">", "<").to_owned();
    assert!(page.has(&format!("<title>({count}) People")));
    count
}

fn read_all(person: &Person) {
    let page = person.get("/notifications");
    let up_to = between(&page.text, "name=\"up_to\" value=\"", "\"").to_owned();
    let answer = person.post("/notifications/read", &[("up_to", &up_to)]);
    assert_eq!((answer.status, answer.location()), (303, "/notifications"));
}

#[test]
fn notifications_are_grouped() {
    let site = Site::start();
    let bob = site.member("bob");
    assert!(bob.get("/notifications").has("Nothing yet."));
    let post = bob.write("good news");
    let people: Vec<_> = ["ann", "bo", "cid", "dan", "eve"]
        .map(|name| site.member(name))
        .into();
    for person in &people {
        person.like(&post);
    }
    assert_eq!(lines(&bob), ["New: eve, dan and 3 others liked your post"]);
    assert_eq!(unread(&bob), "1");
    people[0].comment(&post, "one");
    people[0].comment(&post, "two");
    assert_eq!(lines(&bob)[0], "New: ann commented on your post");
    people[1].comment(&post, "three");
    assert_eq!(lines(&bob)[0], "New: bo and ann commented on your post");
    assert_eq!(lines(&people[0])[0], "New: bo also commented on bob’s post");
    people[2].follow(&bob);
    people[3].follow(&bob);
    assert_eq!(lines(&bob)[0], "New: dan and cid followed you");
    let own = bob.comment(&post, "thanks, @ann");
    assert_eq!(unread(&bob), "3", "what one does oneself is no news");
    assert_eq!(
        lines(&people[0])[0].replace("New: ", ""),
        "bob mentioned you in a comment"
    );
    people[4].press(&format!("/comment/{own}/like"));
    assert_eq!(lines(&bob)[0], "New: eve liked your comment");
    assert_eq!(lines(&bob).len(), 4);
}

#[test]
fn reading_marks_notifications_read_on_all_devices_until_there_is_news() {
    let site = Site::start();
    let bob = site.member("bob");
    let elsewhere = site.visitor();
    elsewhere.sign_in("bob");
    let (ann, bo) = (site.member("ann"), site.member("bo"));
    let post = bob.write("good news");
    ann.like(&post);
    let mut stream = elsewhere.listen();
    assert_eq!(unread(&elsewhere), "1");
    read_all(&bob);
    assert_eq!(unread(&elsewhere), "");
    assert_eq!(stream.expect("notification").data["unread"], 0);
    assert_eq!(lines(&bob), ["ann liked your post"]);
    bo.like(&post);
    assert_eq!(lines(&bob), ["New: bo and ann liked your post"]);
    let event = stream.expect("like");
    assert_eq!(event.data["likes"]["count"], 2);
    let notification = stream.expect("notification");
    assert_eq!(
        (notification.id, &notification.data["unread"]),
        (event.id, &1.into())
    );
    let wrong = bob.post("/notifications/read", &[("up_to", "x")]);
    assert_eq!(wrong.status, 400);
    let script = bob.post_with(
        "/notifications/read",
        &[("up_to", "9999999")],
        &[("Accept", FRAGMENT)],
    );
    assert_eq!(script.status, 204);
    bo.follow(&bob);
    assert_eq!(
        unread(&bob),
        "1",
        "what has not happened yet cannot be read"
    );
}

#[test]
fn a_withdrawn_act_is_no_notification() {
    let site = Site::start();
    let bob = site.member("bob");
    let ann = site.member("ann");
    let post = bob.write("good news");
    ann.like(&post);
    let comment = ann.comment(&post, "hello @bob");
    ann.follow(&bob);
    assert_eq!(unread(&bob), "3", "a mention, a like, a follower");
    let mut stream = bob.listen();
    ann.unlike(&post);
    assert_eq!(unread(&bob), "2");
    ann.press(&format!("/comment/{comment}/delete"));
    assert_eq!(unread(&bob), "1");
    ann.press(&format!("/comment/{comment}/undelete"));
    assert_eq!(unread(&bob), "2");
    ann.post(&format!("/comment/{comment}/edit"), &[("comment", "hello")]);
    assert_eq!(lines(&bob)[1], "New: ann commented on your post");
    ann.press("/unfollow/bob");
    assert_eq!(unread(&bob), "1");
    // The live count agrees with the page.
    let mut told = Vec::new();
    while told.last() != Some(&1) || told.len() < 5 {
        let event = stream.next().expect("the stream goes on");
        if event.name == "notification" {
            told.push(event.data["unread"].as_u64().expect("a number"));
        }
    }
    // Each event carries the count of its own moment.
    assert!(told.iter().all(|unread| *unread <= 2), "{told:?}");
    bob.press(&format!("/post/{post}/delete"));
    assert_eq!((unread(&bob), lines(&bob)), (String::new(), vec![]));
}

#[test]
fn a_muted_thread_is_silent_but_for_ones_name() {
    let site = Site::start();
    let bob = site.member("bob");
    let ann = site.member("ann");
    let post = bob.write("good news");
    let page = format!("/post/{post}/good-news");
    assert!(bob.get(&page).has("Stop notifications about this post"));
    ann.comment(&post, "one");
    bob.press(&format!("/post/{post}/mute"));
    assert_eq!(unread(&bob), "");
    ann.like(&post);
    ann.comment(&post, "two");
    assert_eq!(unread(&bob), "");
    assert!(bob.get(&page).has("Notify me about this post again"));
    ann.comment(&post, "three @bob");
    assert_eq!(lines(&bob), ["New: ann mentioned you in a comment"]);
    let form = bob.post_with(
        &format!("/post/{post}/unmute"),
        &[],
        &[("Accept", FRAGMENT)],
    );
    assert!(form.has("Stop notifications about this post"));
    assert_eq!(unread(&bob), "3");
    assert_eq!(ann.post("/post/0000000000000/mute", &[]).status, 404);
}

#[test]
fn nobody_is_notified_of_hidden_things_or_of_their_own_acts() {
    let site = Site::start();
    let (ann, bob) = (site.member("ann"), site.member("bob"));
    let post = ann.write("I am @ann, and @nobody is @ann");
    ann.comment(&post, "and @ann again");
    assert_eq!(unread(&ann), "");
    bob.comment(&post, "hello");
    ann.comment(&post, "one more");
    assert_eq!(unread(&bob), "1");
    ann.press(&format!("/post/{post}/delete"));
    assert_eq!(unread(&bob), "");
    assert_eq!(site.visitor().get("/notifications").status, 303);
}

#[test]
fn many_notifications_have_pages() {
    let site = Site::with(|config| config.feed.page_size = 3);
    let (ann, bob) = (site.member("ann"), site.member("bob"));
    let posts: Vec<_> = (0..7).map(|n| bob.write(&format!("post {n}"))).collect();
    for post in &posts {
        ann.like(post);
    }
    assert_eq!(unread(&bob), "7");
    let pages = bob.pages("/notifications");
    let seen: usize = pages
        .map(|page| page.text.matches("<li class=\"notification").count())
        .sum();
    assert_eq!(seen, 7);
    assert_eq!(bob.get("/notifications?before=x").status, 400);
}

/// A comment that mentions a person is news as a mention, and its author does not count as a commenter.
#[test]
fn a_comment_that_mentions_is_counted_as_a_mention_only() {
    let site = Site::start();
    let (ann, bob, cy) = (site.member("ann"), site.member("bob"), site.member("cy"));
    let id = ann.write("hello");
    bob.comment(&id, "plain");
    cy.comment(&id, "hey @ann");
    assert_eq!(
        lines(&ann),
        [
            "New: cy mentioned you in a comment",
            "New: bob commented on your post"
        ]
    );
    cy.comment(&id, "and plain");
    assert_eq!(
        lines(&ann),
        [
            "New: cy and bob commented on your post",
            "New: cy mentioned you in a comment"
        ]
    );
}
