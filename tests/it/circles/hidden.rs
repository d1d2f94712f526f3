//! Groups that a member hides, and posts that are in several of them.

use super::{Circle, found, join, write_to};

#[test]
fn a_hidden_group_leaves_home_and_keeps_its_own_page() {
    let circle = Circle::of("public");
    found(&circle.alice, "kitchen", &[]);
    join(&circle.bob, "kitchen", None);
    let garden = write_to(&circle.alice, &["garden"], "tulips");
    let both = write_to(&circle.alice, &["garden", "kitchen"], "potatoes");
    circle.bob.hide("group", "Garden", "1d", "everywhere");
    let page = circle.bob.get("/");
    assert_eq!(
        page.posts(),
        [both.as_str()],
        "it is in a group that is not hidden"
    );
    assert!(page.words().contains("1 hidden post") && page.words().contains("posts in this group"));
    assert_eq!(circle.bob.get("/everything").posts(), [both.as_str()]);
    assert_eq!(circle.bob.get("/group/garden").posts().len(), 2);
    assert_eq!(circle.bob.read(&garden).status, 200);
    let mut stream = circle.bob.listen();
    write_to(&circle.alice, &["garden"], "more tulips");
    let shown = write_to(&circle.alice, &["kitchen"], "soup");
    assert_eq!(stream.expect("post").data["post_id"], shown.as_str());
    let page = circle.bob.get("/settings/hidden");
    assert!(
        page.words().contains("Posts in Garden Club"),
        "{}",
        page.words()
    );
    let group = [("kind", "group"), ("value", "garden")];
    assert_eq!(circle.bob.post("/unhide", &group).status, 303);
    assert_eq!(circle.bob.get("/").posts().len(), 4);
}

#[test]
fn a_group_that_one_cannot_read_does_not_keep_a_post() {
    let circle = Circle::of("public");
    found(&circle.alice, "secret", &[("privacy", "private")]);
    write_to(&circle.alice, &["garden", "secret"], "tulips");
    assert_eq!(circle.bob.get("/").posts().len(), 1);
    circle.bob.hide("group", "garden", "1d", "home");
    assert_eq!(circle.bob.get("/").posts(), [] as [&str; 0]);
}
