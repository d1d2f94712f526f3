//! Comments on their pages: writing, folding, changing, deleting.

use crate::harness::{FRAGMENT, Site, between};

#[test]
fn a_comment_stands_under_its_post_and_lifts_it() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let old = bob.write("old");
    let new = bob.write("new");
    assert_eq!(alice.get("/").posts(), [new.as_str(), &old]);
    let answer = alice.post(&format!("/post/{old}/comment"), &[("comment", "I & you")]);
    assert_eq!(answer.status, 303);
    assert!(
        answer
            .location()
            .starts_with(&format!("/post/{old}/old#comment-"))
    );
    let river = alice.get("/");
    assert_eq!(river.posts(), [old.as_str(), &new]);
    assert!(river.words_of(&old).contains("I & you — alice"));
}

#[test]
fn many_comments_are_folded_and_all_on_their_own_page() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let post = bob.write("talk");
    let mut written = Vec::new();
    for n in 1..=3 {
        written.push(alice.comment(&post, &format!("number {n}")));
        assert_eq!(alice.get("/").comments(), written);
    }
    for (n, line) in [(4, "2 more comments"), (5, "3 more comments")] {
        written.push(bob.comment(&post, &format!("number {n}")));
        let river = alice.get("/");
        assert_eq!(
            river.comments(),
            [&written[0], &written[n - 1]].map(Clone::clone)
        );
        assert!(river.words_of(&post).contains(line), "{line}");
        assert!(river.has(&format!(
            "data-unfold=\"comments\" href=\"/post/{post}/talk\""
        )));
    }
    assert_eq!(alice.get(&format!("/post/{post}/talk")).comments(), written);
    let fragment = alice.get_with(&format!("/post/{post}/talk"), &[("Accept", FRAGMENT)]);
    assert!(fragment.text.starts_with("<div class=\"river-page\""));
    assert_eq!(fragment.comments(), written);
}

#[test]
fn a_refused_comment_says_why_and_keeps_the_text() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let post = bob.write("talk");
    let path = format!("/post/{post}/comment");
    let too_long = "é".repeat(3_001);
    for (comment, reason) in [
        (" \n ", "This field is required."),
        (
            too_long.as_str(),
            "Field cannot be longer than 3000 characters.",
        ),
        ("a\0b", "Control characters are not allowed (found U+0000)."),
    ] {
        let page = alice.post(&path, &[("comment", comment)]);
        assert_eq!(page.status, 422);
        assert!(
            page.has(reason) && page.has("aria-invalid=\"true\""),
            "{}",
            page.text
        );
        let form = alice.post_with(&path, &[("comment", comment)], &[("Accept", FRAGMENT)]);
        assert_eq!(form.status, 422);
        assert!(form.text.starts_with("<form") && form.has(reason));
    }
    assert!(alice.post(&path, &[("comment", &too_long)]).has(&too_long));
    assert_eq!(
        alice.post(&path, &[("comment", &"é".repeat(3_000))]).status,
        303
    );
    let forged = alice.post_as_is(&path, &[("comment", "typed"), ("csrf_token", "x")], &[]);
    assert_eq!(forged.status, 403);
    assert!(forged.has("Invalid POST contents") && forged.has("typed"));
}

#[test]
fn a_comment_on_a_missing_post_is_refused_and_its_text_kept() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let deleted = bob.write("soon gone");
    bob.press(&format!("/post/{deleted}/delete"));
    let unknown = "0".repeat(13);
    for post in [
        deleted.as_str(),
        &unknown,
        "x",
        "%00",
        "-1",
        "99999999999999999999",
    ] {
        let page = alice.post(&format!("/post/{post}/comment"), &[("comment", "my words")]);
        assert_eq!(page.status, 404, "{post}");
        assert!(page.has("my words"), "{post}: {}", page.text);
    }
    for id in [
        "0",
        "-1",
        "01",
        "x",
        "99999999999999999999",
        "%00",
        "1e3",
        "+1",
        "7",
    ] {
        for act in ["edit", "delete", "undelete", "like", "unlike"] {
            let page = alice.post(&format!("/comment/{id}/{act}"), &[("comment", "my words")]);
            assert_eq!(page.status, 404, "{id} {act}");
        }
        assert_eq!(alice.get(&format!("/comment/{id}")).status, 404);
        assert_eq!(alice.get(&format!("/comment/{id}/edit")).status, 404);
    }
}

#[test]
fn comments_are_changed_by_their_authors_only() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let post = bob.write("talk");
    let id = alice.comment(&post, "frist");
    let path = format!("/comment/{id}/edit");
    assert!(alice.get("/").has(&path) && !bob.get("/").has(&path));
    assert_eq!(bob.post(&path, &[("comment", "mine now")]).status, 403);
    assert_eq!(bob.get(&path).status, 403);
    let form = alice.get(&path);
    assert!(form.has("Edit comment") && form.has("frist"));
    let fragment = alice.get_with(&path, &[("Accept", FRAGMENT)]);
    assert!(fragment.text.starts_with("<form class=\"edit\""));
    let refused = alice.post(&path, &[("comment", "")]);
    assert_eq!(refused.status, 422);
    assert!(refused.has("This field is required."));
    assert_eq!(alice.post(&path, &[("comment", "first")]).status, 303);
    let words = bob.get("/").words_of(&post);
    assert!(
        words.contains("first — alice") && words.contains("edited"),
        "{words}"
    );
}

#[test]
fn a_comment_is_deleted_by_its_author_or_the_posts_and_comes_back() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    let post = bob.write("talk");
    for deleter in [&alice, &bob] {
        let id = alice.comment(&post, "hello");
        let (delete, undo) = (
            format!("/comment/{id}/delete"),
            format!("/comment/{id}/undelete"),
        );
        assert!(deleter.get(&format!("/post/{post}/talk")).has(&delete));
        assert!(!carol.get(&format!("/post/{post}/talk")).has(&delete));
        assert_eq!(carol.post(&delete, &[]).status, 403);
        let answer = deleter.post(&delete, &[]);
        assert_eq!(
            (answer.status, answer.location()),
            (303, format!("/post/{post}").as_str())
        );
        let page = deleter.get(&format!("/post/{post}/talk"));
        assert!(page.has("Comment deleted") && page.has(&undo) && page.comments().is_empty());
        assert_eq!(deleter.post(&delete, &[]).status, 404, "it is gone already");
        let others = [&alice, &bob, &carol].into_iter();
        for other in others.filter(|other| other.name != deleter.name) {
            assert_eq!(
                other.post(&undo, &[]).status,
                404,
                "only who deleted it takes it back"
            );
        }
        deleter.press(&undo);
        assert_eq!(
            carol.get(&format!("/post/{post}/talk")).comments(),
            [id.as_str()]
        );
        deleter.press(&delete);
    }
}

#[test]
fn the_same_form_twice_is_one_comment() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let post = bob.write("talk");
    let page = alice.get("/").text;
    let (_, form) = page.split_once("class=\"comment-form\"").expect("the form");
    let key = between(form, "name=\"form_key\" value=\"", "\"");
    let path = format!("/post/{post}/comment");
    let send = |text: &str| alice.post(&path, &[("comment", text), ("form_key", key)]);
    let (first, again) = (send("once"), send("once"));
    assert_eq!((first.status, again.status), (303, 303));
    assert_eq!(first.location(), again.location());
    assert_eq!(alice.get("/").comments().len(), 1);
    send("twice");
    assert_eq!(
        alice.get("/").comments().len(),
        2,
        "other words are another comment"
    );
    // A key of somebody else means nothing.
    bob.post(&path, &[("comment", "once"), ("form_key", key)]);
    assert_eq!(alice.get("/").comments().len(), 3);
}
