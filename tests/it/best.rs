//! The best posts of some days.

use crate::harness::{DAY, Person, Site, all_between};

/// Returns the posts on the page and in the API, which must agree.
fn best(person: &Person, query: &str) -> Vec<String> {
    let page = person.get(&format!("/best{query}"));
    assert_eq!(page.status, 200, "{query}: {}", page.text);
    let shown = all_between(&page.text, "data-post-id=\"", "\"");
    let json = person.get(&format!("/api/v1/best{query}")).json();
    let posts = json["posts"].as_array().expect("a list");
    let listed: Vec<&str> = posts
        .iter()
        .filter_map(|post| post["id"].as_str())
        .collect();
    assert_eq!(shown, listed, "{query}");
    assert!(json["next"].is_null());
    listed.into_iter().map(str::to_owned).collect()
}

#[test]
fn likers_count_ten_comments_three_and_likes_of_comments_one() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    assert!(alice.get("/best").words().contains("Nothing yet."));
    let [liked, discussed, quiet] = ["liked", "discussed", "quiet"].map(|text| bob.write(text));
    assert_eq!(best(&alice, ""), [""; 0], "nobody has liked anything");
    alice.like(&liked);
    let comments: Vec<String> = (0..3).map(|_| carol.comment(&discussed, "well")).collect();
    assert_eq!(
        best(&alice, ""),
        [liked.clone(), discussed.clone()],
        "10 and 9"
    );
    alice.press(&format!("/comment/{}/like", comments[0]));
    // As good as the other one, and newer.
    assert_eq!(
        best(&alice, ""),
        [discussed.clone(), liked.clone()],
        "10 and 10"
    );
    carol.like(&liked);
    carol.comment(&quiet, "so so");
    let expected = [liked.clone(), discussed.clone(), quiet.clone()];
    assert_eq!(best(&alice, ""), expected, "20, 10 and 3");
    alice.unlike(&liked);
    carol.unlike(&liked);
    assert_eq!(best(&alice, ""), [discussed.clone(), quiet.clone()]);
    carol.press(&format!("/comment/{}/delete", comments[0]));
    carol.press(&format!("/comment/{}/delete", comments[1]));
    assert_eq!(best(&alice, ""), [quiet, discussed], "3 and 3");
}

#[test]
fn each_number_of_days_has_its_posts_and_no_other_number_is_known() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let mut written = Vec::new();
    for days in [20, 5, 0] {
        let post = bob.write("words");
        alice.like(&post);
        written.insert(0, post);
        site.pass(DAY * days);
        bob.sign_in("bob");
        alice.sign_in("alice");
    }
    // They are 0, 5 and 25 days old.
    for (query, count) in [("?days=1", 1), ("?days=7", 2), ("", 2), ("?days=30", 3)] {
        assert_eq!(best(&alice, query), written[..count], "{query}");
    }
    assert!(
        alice
            .get("/best?days=30")
            .has("aria-current=\"page\">Last 30 days<")
    );
    for wrong in ["0", "8", "x", "-1"] {
        let page = alice.get(&format!("/best?days={wrong}"));
        assert_eq!(page.status, 422);
        assert!(
            page.words().contains("days is 1, 7 or 30."),
            "{}",
            page.words()
        );
        let json = alice.get(&format!("/api/v1/best?days={wrong}"));
        assert_eq!(json.status, 422);
        assert_eq!(json.json()["fields"]["days"], "days is 1, 7 or 30.");
    }
    assert_eq!(site.visitor().get("/best").status, 303);
}

#[test]
fn everybody_counts_what_they_see() {
    let site = Site::with(|config| config.feed.page_size = 2);
    let (alice, bob) = site.friends();
    let (carol, dave) = (site.member("carol"), site.member("dave"));
    let [first, second, third] = ["first", "second", "third"].map(|text| bob.write(text));
    for post in [&first, &second] {
        carol.like(post);
    }
    dave.like(&first);
    dave.comment(&third, "hm");
    assert_eq!(
        best(&alice, ""),
        [first.clone(), second.clone()],
        "two on a page"
    );
    // A private person's likes are not seen, and count for those who see them.
    carol.go_private();
    assert_eq!(best(&alice, ""), [first.clone(), third.clone()]);
    assert_eq!(best(&carol, ""), [first.clone(), second.clone()]);
    alice.press("/mute/dave");
    assert_eq!(best(&alice, ""), [""; 0]);
    alice.press("/unmute/dave");
    bob.go_private();
    assert_eq!(best(&dave, ""), [""; 0]);
    assert_eq!(best(&alice, ""), [first, third], "a follower");
}

#[test]
fn hidden_posts_make_room_for_others() {
    let site = Site::with(|config| config.feed.page_size = 2);
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    let [first, second, third] = ["first", "second", "third"].map(|text| bob.write(text));
    for (post, likers) in [(&first, 2), (&second, 1), (&third, 1)] {
        for person in [&alice, &carol].into_iter().take(likers) {
            person.like(post);
        }
    }
    assert_eq!(best(&alice, ""), [first.clone(), third.clone()]);
    let form = [
        ("kind", "post"),
        ("value", &first),
        ("for", "ever"),
        ("where", "everywhere"),
    ];
    assert_eq!(alice.post("/hide", &form).status, 303);
    assert_eq!(best(&alice, ""), [third, second]);
    assert!(alice.get("/best").words().contains("1 hidden post"));
}
