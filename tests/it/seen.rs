//! What people have read: unread comments, exact to the comment, and the line up to which somebody has read.

use serde_json::{Value, json};

use crate::harness::{FRAGMENT, Page, Person, Site};

const JSON: [(&str, &str); 1] = [("Content-Type", "application/json")];

/// Sends marks as the script does.
fn send(person: &Person, path: &str, body: &Value) -> Page {
    person.ask("POST", path, &JSON, Some(&body.to_string()))
}

fn see(person: &Person, post: &str, comment: &str) {
    let answer = send(person, "/seen", &json!({"posts": {post: comment}}));
    assert_eq!(answer.status, 204, "{}", answer.text);
}

/// Returns the number of unread comments of a post and the id of the first, as a program reads them.
fn unread(person: &Person, post: &str) -> (u64, Option<String>) {
    let of = |post: &Value| {
        let unread = &post["unread"];
        let first = unread["first"].as_u64().map(|id| id.to_string());
        (unread["count"].as_u64().expect("a number"), first)
    };
    let alone = of(&person.get(&format!("/api/v1/posts/{post}")).json());
    let feed = person.get("/api/v1/feed").json();
    let mut posts = feed["posts"].as_array().expect("a list").iter();
    if let Some(found) = posts.find(|found| found["id"] == post) {
        assert_eq!(of(found), alone, "in the river and alone");
    }
    alone
}

fn marks_in_file(site: &Site) -> i64 {
    site.number("select count(*) from seen")
}

#[test]
fn unread_comments_are_those_after_the_mark() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    let post = bob.write("talk");
    let first = bob.comment(&post, "one");
    assert_eq!(unread(&alice, &post), (0, None), "never seen");
    see(&alice, &post, "0");
    assert_eq!(unread(&alice, &post), (1, Some(first.clone())));
    alice.comment(&post, "my own");
    let third = carol.comment(&post, "three");
    bob.comment(&post, "four");
    assert_eq!(unread(&alice, &post), (3, Some(first.clone())));
    see(&alice, &post, &first);
    assert_eq!(unread(&alice, &post), (2, Some(third.clone())));
    see(&alice, &post, "0");
    assert_eq!(
        unread(&alice, &post),
        (2, Some(third.clone())),
        "never back"
    );
    assert_eq!(unread(&carol, &post), (0, None), "she never saw it");

    alice.press("/mute/carol");
    let (count, first) = unread(&alice, &post);
    assert_eq!(count, 1);
    assert_ne!(first, Some(third), "of muted people nothing is news");
    alice.press(&format!("/post/{post}/mute"));
    assert_eq!(unread(&alice, &post), (0, None), "nor on a muted post");
}

#[test]
fn a_mark_in_the_future_is_one_on_the_newest_comment() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let post = bob.write("talk");
    bob.comment(&post, "one");
    see(&alice, &post, "9000000000");
    assert_eq!(unread(&alice, &post), (0, None));
    let second = bob.comment(&post, "two");
    assert_eq!(unread(&alice, &post), (1, Some(second)));
}

#[test]
fn marks_are_parsed_strictly_and_posts_that_are_gone_are_left_out() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let (post, gone) = (bob.write("here"), bob.write("soon gone"));
    let comment = bob.comment(&post, "one");
    bob.press(&format!("/post/{gone}/delete"));
    for path in ["/seen", "/api/v1/seen"] {
        let id = comment.parse::<u64>().expect("a number");
        let both = json!({"posts": {&post: id, &gone: "0"}});
        assert_eq!(send(&alice, path, &both).status, 204, "a number is fine");
        for (body, problem) in [
            (json!({}), "This field is required."),
            (json!({"posts": [1]}), "This field must be an object."),
            (
                json!({"posts": {"x": "0"}}),
                "Each name must be the id of a post.",
            ),
            (
                json!({"posts": {&post: "x"}}),
                "Each value must be the id of a comment, or 0.",
            ),
            (
                json!({"posts": {&post: null}}),
                "Each value must be the id of a comment, or 0.",
            ),
        ] {
            let answer = send(&alice, path, &body);
            assert_eq!(answer.status, 422, "{body}");
            assert_eq!(answer.json()["fields"]["posts"], problem, "{body}");
        }
        let many = |n: usize| {
            let names = (0..n).map(|n| (format!("{n:013}"), json!("0")));
            json!({"posts": names.collect::<serde_json::Map<_, _>>()})
        };
        assert_eq!(send(&alice, path, &many(100)).status, 204);
        let answer = send(&alice, path, &many(101));
        assert_eq!(answer.status, 422);
        assert_eq!(
            answer.json()["fields"]["posts"],
            "At most 100 posts at once."
        );
        assert_eq!(send(&site.visitor(), path, &many(1)).status, 401);
    }
}

#[test]
fn a_mark_from_another_site_is_refused() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let post = bob.write("talk");
    let body = json!({"posts": {post: "0"}}).to_string();
    let ask = |headers: &[(&str, &str)]| alice.ask("POST", "/seen", headers, Some(&body)).status;
    assert_eq!(ask(&[("Content-Type", "text/plain")]), 403);
    let elsewhere = ("Sec-Fetch-Site", "cross-site");
    assert_eq!(ask(&[("Content-Type", "application/json"), elsewhere]), 403);
    assert_eq!(ask(&JSON), 204);
}

#[test]
fn a_folded_thread_says_what_is_new_and_leads_there() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let post = bob.write("talk");
    let ids: Vec<String> = (0..3)
        .map(|n| bob.comment(&post, &format!("c{n}")))
        .collect();
    see(&alice, &post, &ids[2]);
    let page = alice.get("/");
    assert!(!page.has("data-unread=") && !page.has("data-first-unread"));
    let new: Vec<String> = (3..7)
        .map(|n| bob.comment(&post, &format!("c{n}")))
        .collect();
    let page = alice.get("/");
    assert!(
        page.words_of(&post).contains("4 new comments"),
        "{}",
        page.words_of(&post)
    );
    assert!(page.has(&format!(
        "/post/{post}/talk#comment-{}\">4 new comments",
        new[0]
    )));
    assert!(page.has(&format!("data-unread=\"4\" data-first=\"{}\"", new[0])));
    assert!(bob.get("/").words_of(&post).contains("5 more comments"));
    for path in ["/everything", "/discussions", "/user/bob", "/feed"] {
        let here = alice.get(path).has("4 new comments");
        assert_eq!(here, path != "/discussions", "{path}");
    }
    // Only the last one, which is shown, is new.
    see(&alice, &post, &new[2]);
    let page = alice.get("/");
    assert!(page.words_of(&post).contains("5 more comments"));
    assert!(page.has(&format!(
        "id=\"comment-{}\" data-comment-id=\"{0}\"",
        new[3]
    )));
    assert_eq!(page.text.matches("data-first-unread").count(), 1);
    assert!(page.words_of(&post).contains("New comments from here"));
}

#[test]
fn a_permalink_that_is_shown_is_seen() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let post = bob.write("talk");
    let path = format!("/post/{post}/talk");
    assert_eq!(alice.get(&path).status, 200);
    let first = bob.comment(&post, "one");
    bob.comment(&post, "two");
    let news = (2, Some(first.clone()));
    assert_eq!(unread(&alice, &post), news);
    for headers in [
        [("Sec-Purpose", "prefetch")],
        [("Sec-Purpose", "prefetch;prerender")],
        [("Purpose", "prefetch")],
        [("Accept", FRAGMENT)],
    ] {
        assert_eq!(alice.get_with(&path, &headers).status, 200);
        assert_eq!(unread(&alice, &post), news, "{headers:?}");
    }
    assert_eq!(
        alice
            .ask("HEAD", &path, &[("Accept-Encoding", "identity")], None)
            .status,
        200
    );
    assert_eq!(unread(&alice, &post), news, "a HEAD");

    let page = alice.get(&path);
    assert_eq!(page.text.matches("data-first-unread").count(), 1);
    let (before, after) = page.text.split_once("data-first-unread").expect("a mark");
    assert!(
        before.ends_with(&format!("data-of=\"{post}\" "))
            && before.contains(&format!("\"{first}\""))
    );
    assert!(after.starts_with("><p class=\"new\">New"));
    assert_eq!(unread(&alice, &post), (0, None));
    assert!(!alice.get(&path).has("data-first-unread"));
}

#[test]
fn a_comment_that_a_permalink_left_out_is_not_seen_by_it() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    let post = bob.write("talk");
    let path = format!("/post/{post}/talk");
    let shown = bob.comment(&post, "one");
    let muted = carol.comment(&post, "two");
    let deleted = bob.comment(&post, "three");
    alice.press("/mute/carol");
    bob.press(&format!("/comment/{deleted}/delete"));
    assert_eq!(alice.get(&path).comments(), [shown]);
    assert_eq!(unread(&alice, &post), (0, None));

    bob.press(&format!("/comment/{deleted}/undelete"));
    assert_eq!(unread(&alice, &post), (1, Some(deleted.clone())));
    alice.press("/unmute/carol");
    assert_eq!(unread(&alice, &post), (2, Some(muted.clone())));

    // The newest one that was seen counts, whatever was left out before it.
    alice.press("/mute/carol");
    assert_eq!(alice.get(&path).comments().pop(), Some(deleted));
    alice.press("/unmute/carol");
    assert_eq!(unread(&alice, &post), (0, None));
}

#[test]
fn nothing_is_written_while_people_look_around_and_nothing_is_lost_at_a_stop() {
    let mut site = Site::start();
    let (alice, bob) = site.friends();
    let post = bob.write("talk");
    let first = bob.comment(&post, "one");
    let second = bob.comment(&post, "two");
    see(&alice, &post, &first);
    assert_eq!(marks_in_file(&site), 0);
    assert_eq!(unread(&alice, &post), (1, Some(second.clone())));
    site.restart();
    assert_eq!(marks_in_file(&site), 1);
    assert_eq!(unread(&alice, &post), (1, Some(second)));
}

#[test]
fn marks_go_with_the_post_and_with_the_person() {
    let mut site = Site::start();
    let (alice, bob) = site.friends();
    let (post, other) = (bob.write("talk"), bob.write("more talk"));
    for person in [&alice, &bob] {
        see(person, &post, "0");
        see(person, &other, "0");
    }
    site.restart();
    assert_eq!(marks_in_file(&site), 4);
    site.execute("pragma foreign_keys = on; delete from posts where message = 'talk'");
    assert_eq!(marks_in_file(&site), 2);
    site.forget(&alice);
    assert_eq!(marks_in_file(&site), 1);
}

#[test]
fn a_line_says_up_to_where_somebody_has_read() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let line = |page: &Page| {
        let (above, below) = page.text.split_once("You read up to here")?;
        let first = below.split_once("data-post-id=\"").expect("a post").1[..13].to_owned();
        Some((above.matches("<article").count(), first))
    };
    let posts: Vec<String> = (0..3).map(|n| bob.write(&format!("post {n}"))).collect();
    assert_eq!(line(&alice.get("/")), None, "nothing was read");
    see(&alice, &posts[1], "0");
    assert_eq!(line(&alice.get("/")), Some((1, posts[1].clone())));
    alice.write("my own");
    assert_eq!(line(&alice.get("/")), Some((2, posts[1].clone())));
    see(&alice, &posts[2], "0");
    assert_eq!(line(&alice.get("/")), None, "only her own is above");
    bob.comment(&posts[0], "look");
    assert_eq!(line(&alice.get("/")), Some((2, posts[2].clone())));
    see(&alice, &posts[0], "9000000000");
    assert_eq!(line(&alice.get("/")), None);
    bob.comment(&posts[0], "look again");
    assert_eq!(line(&alice.get("/")), Some((2, posts[2].clone())));
    assert_eq!(line(&alice.get("/everything")), None, "Home has it alone");
}

#[test]
fn reading_on_one_device_is_told_to_the_others_at_once() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let (post, other) = (bob.write("talk"), bob.write("more talk"));
    let first = bob.comment(&post, "one");
    let second = bob.comment(&post, "two");
    let mut home = alice.listen();
    let mut alone = alice.listen_at(&format!("/sse/post/{other}"), &[]);
    let mut bobs = bob.listen();
    see(&alice, &post, &first);
    let event = home.expect("seen");
    let left =
        json!({"post_id": post, "count": 1, "first": second.parse::<u64>().expect("a number")});
    assert_eq!(event.data, left);
    // Another device opens the page of the post.
    alice.read(&post);
    let event = home.expect("seen");
    assert_eq!(
        event.data,
        json!({"post_id": post, "count": 0, "first": null})
    );
    alice.read(&post);
    see(&alice, &post, &first);
    see(&alice, &other, "0");
    assert_eq!(
        home.expect("seen").data["post_id"],
        other,
        "nothing new in between"
    );
    assert_eq!(
        alone.expect("seen").data["post_id"],
        other,
        "the page of another post"
    );

    // It is no event of the log: a reader goes on from the event before it, and others hear nothing.
    let last = home.last_id.clone();
    let third = bob.comment(&post, "three");
    assert_eq!(
        home.expect("comment").data["comment_id"],
        third.parse::<u64>().expect("a number")
    );
    assert_eq!(
        bobs.expect("comment").data["comment_id"],
        third.parse::<u64>().expect("a number")
    );
    let mut again = alice.listen_at("/sse", &[("Last-Event-ID", &last)]);
    again.expect("comment");
}
