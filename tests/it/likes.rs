//! Likes of posts and comments, and the line that names who liked.

use crate::harness::{FRAGMENT, Person, Site};

#[test]
fn a_like_is_idempotent_and_never_on_ones_own() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let post = bob.write("good news");
    for _ in 0..2 {
        alice.like(&post);
        assert!(bob.get("/").words_of(&post).contains("alice liked this"));
        assert!(alice.get("/").words_of(&post).contains("You liked this"));
        assert!(alice.get("/").has("aria-pressed=\"true\""));
    }
    assert_eq!(bob.post(&format!("/post/{post}/like"), &[]).status, 403);
    assert!(!bob.get("/").has(&format!("/post/{post}/like")));
    for _ in 0..2 {
        alice.unlike(&post);
        assert!(!bob.get("/").words_of(&post).contains("liked this"));
    }
    let article = alice.post_with(&format!("/post/{post}/like"), &[], &[("Accept", FRAGMENT)]);
    assert_eq!(article.status, 200);
    assert!(article.text.starts_with("<article") && article.words().contains("You liked this"));
}

#[test]
fn likes_are_folded_with_those_one_knows_first() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let post = bob.write("popular");
    let people: Vec<_> = ["carol", "dave", "erin", "frank", "gina"]
        .iter()
        .map(|name| site.member(name))
        .collect();
    alice.follow(&people[0]);
    let line = |person: &Person| {
        let words = person.get("/").words_of(&post);
        let (before, _) = words.split_once(" liked this").expect("a line of likes");
        before
            .rsplit("Delete")
            .next()
            .expect("its end")
            .rsplit("Save")
            .next()
            .expect("its end")
            .trim_start()
            .trim_start_matches("Hide")
            .trim_start()
            .to_owned()
    };
    let expected = [
        "carol",
        "carol and dave",
        "carol, erin and dave",
        "carol, frank, erin and dave",
        "carol, gina, frank and 2 other people",
    ];
    for (person, expected) in people.iter().zip(expected) {
        person.like(&post);
        assert_eq!(line(&alice), expected);
    }
    alice.like(&post);
    assert_eq!(line(&alice), "You, carol, gina and 3 other people");
    assert_eq!(line(&bob), "alice, gina, frank and 3 other people");
    let page = alice.get(&format!("/post/{post}/popular?likes=all"));
    assert!(
        page.words_of(&post)
            .contains("You, carol, gina, frank, erin and dave liked this")
    );
    alice.unlike(&post);
    people[2].unlike(&post);
    assert_eq!(line(&alice), "carol, gina, frank and dave");
}

#[test]
fn comments_are_liked_the_same_way() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let post = bob.write("talk");
    let id = bob.comment(&post, "hello");
    let (like, unlike) = (
        format!("/comment/{id}/like"),
        format!("/comment/{id}/unlike"),
    );
    assert!(alice.get("/").has(&like) && !bob.get("/").has(&like));
    assert_eq!(bob.post(&like, &[]).status, 403);
    for _ in 0..2 {
        alice.press(&like);
        assert!(bob.get("/").words_of(&post).contains("1 like"));
    }
    assert!(alice.get("/").has(&unlike));
    site.member("carol").press(&like);
    assert!(bob.get("/").words_of(&post).contains("2 likes"));
    for _ in 0..2 {
        alice.press(&unlike);
        assert!(bob.get("/").words_of(&post).contains("1 like"));
    }
    let answer = alice.post_with(&like, &[], &[("Accept", FRAGMENT)]);
    assert!(answer.text.starts_with("<article") && answer.has("<li class=\"comment\""));
    // A deleted thing cannot be liked.
    bob.press(&format!("/comment/{id}/delete"));
    assert_eq!(alice.post(&like, &[]).status, 404);
    bob.press(&format!("/post/{post}/delete"));
    assert_eq!(alice.post(&format!("/post/{post}/like"), &[]).status, 404);
}

#[test]
fn likes_of_a_deleted_member_are_gone() {
    let mut site = Site::start();
    let (alice, bob) = site.friends();
    let post = alice.write("good news");
    let comment = alice.comment(&post, "very good");
    bob.like(&post);
    bob.press(&format!("/comment/{comment}/like"));
    let likes = "select sum(posts.like_count + comments.like_count)
        from posts join comments on comments.post_id = posts.id";
    assert_eq!(site.number(likes), 2);
    site.forget(&bob);
    assert_eq!(site.number(likes), 0);
}
