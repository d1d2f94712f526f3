//! Lists: rivers that a person puts together.

use super::{Circle, found, join, next, topics, write_to};
use crate::harness::{Export, PASSWORD, Person, Site};

const NOTHING: [&str; 0] = [];

/// Makes a list and returns its path.
fn make(owner: &Person, title: &str, members: &str, more: &[(&str, &str)]) -> String {
    let mut form = vec![("title", title), ("members", members)];
    form.extend_from_slice(more);
    let page = owner.post("/lists", &form);
    assert_eq!(page.status, 303, "{}", page.words());
    page.location().to_owned()
}

/// Returns the titles of a person's lists, in their order.
fn titles(site: &Site, name: &str) -> Vec<String> {
    let json = site.script(name).get("/lists").json();
    let lists = json["lists"].as_array().expect("a list");
    let titles = lists.iter().filter_map(|list| list["title"].as_str());
    titles.map(str::to_owned).collect()
}

#[test]
fn a_list_shows_its_people_groups_and_tags() {
    let circle = Circle::of("public");
    let [alice, bob, carol] = [&circle.alice, &circle.bob, &circle.carol];
    let list = make(carol, "Garden & Tea", "@bob, garden #Tea", &[]);
    assert_eq!(list, "/list/garden-tea");
    assert_eq!(carol.get(&list).posts(), NOTHING);
    let of_bob = bob.write("hello");
    let of_group = write_to(alice, &["garden"], "tulips");
    let tagged = alice.write("a cup of #tea");
    alice.write("something else");
    // What is there twice stands once.
    let twice = write_to(bob, &["feed", "garden"], "roses and #TEA");
    let expected = [&twice, &tagged, &of_group, &of_bob];
    assert_eq!(carol.get(&list).posts(), expected.map(String::as_str));
    assert_eq!(carol.get("/").posts(), NOTHING, "she follows nobody");
    // The latest activity lifts, and a like does not.
    carol.like(&of_group);
    alice.comment(&of_bob, "hello yourself");
    let expected = [&of_bob, &twice, &tagged, &of_group];
    assert_eq!(carol.get(&list).posts(), expected.map(String::as_str));
    // A comment with the tag brings a post, and its deletion takes the post away.
    let other = alice.write("it is late");
    let comment = bob.comment(&other, "time for #tea");
    assert_eq!(carol.get(&list).posts()[0], other);
    bob.press(&format!("/comment/{comment}/delete"));
    assert!(!carol.get(&list).posts().contains(&other));
    let json = circle
        .site
        .script("carol")
        .get("/lists/garden-tea/posts")
        .json();
    assert_eq!(json["posts"].as_array().expect("a list").len(), 4);
}

#[test]
fn friends_of_members_are_not_in_a_list() {
    let site = Site::start();
    let [alice, bob, carol] = ["alice", "bob", "carol"].map(|name| site.member(name));
    let post = carol.write("hello");
    alice.follow(&bob);
    let list = make(&alice, "Bob", "@bob", &[]);
    bob.like(&post);
    assert_eq!(alice.get("/").posts(), [post.as_str()], "the premise");
    assert_eq!(alice.get(&list).posts(), NOTHING);
}

#[test]
fn a_list_is_read_page_by_page() {
    let site = Site::with(|config| config.feed.page_size = 2);
    let (alice, bob) = site.friends();
    let list = make(&alice, "Both", "@bob @alice #x", &[]);
    let mut expected: Vec<String> = (0..7)
        .map(|n| match n % 2 {
            0 => alice.write(&format!("{n} #x")),
            _ => bob.write(&format!("{n} #x")),
        })
        .collect();
    expected.reverse();
    let found = alice.pages(&list).flat_map(|page| page.posts());
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

#[test]
fn a_list_exists_for_its_owner_alone() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let list = make(&alice, "Secret", "@bob", &[]);
    assert_eq!(alice.get(&list).status, 200);
    for path in [&list, &format!("{list}/edit")] {
        assert_eq!(bob.get(path).status, 404);
        assert_eq!(site.visitor().get(path).status, 303);
    }
    let form = [("title", "x"), ("member", "@bob"), ("move", "up")];
    for act in ["edit", "delete", "order", "add", "remove"] {
        let page = bob.post(&format!("{list}/{act}"), &form);
        assert_eq!(page.status, 404, "{act}");
    }
    assert_eq!(site.script("bob").get("/lists/secret/posts").status, 404);
    assert!(!bob.get("/lists").has("Secret"));
    assert_eq!(titles(&site, "bob"), NOTHING);
    assert_eq!(titles(&site, "alice"), ["Secret"]);
    // Two people may have lists of one name.
    assert_eq!(make(&bob, "Secret", "", &[]), list);
    assert_eq!(make(&bob, "Secret", "", &[]), "/list/secret-2");
}

#[test]
fn a_list_is_changed_ordered_and_deleted() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    let [of_bob, of_carol] = [&bob, &carol].map(|person| person.write("hello"));
    let list = make(&alice, "One", "@bob", &[]);
    make(
        &alice,
        "Two",
        "",
        &[("member", "@bob"), ("member", "@carol")],
    );
    make(&alice, "Чай", "", &[]);
    let page = alice.get(&format!("{list}/edit"));
    assert!(page.has("@bob</textarea>"), "{}", page.text);
    // He is in the list, so he is not offered again.
    assert!(alice.get("/lists").has("value=\"@bob\"") && !page.has("value=\"@bob\""));
    let form = [("title", "First"), ("members", "@carol")];
    let page = alice.post(&format!("{list}/edit"), &form);
    assert_eq!((page.status, page.location()), (303, list.as_str()));
    assert_eq!(alice.get(&list).posts(), [of_carol.as_str()]);
    assert_eq!(
        alice.get("/list/two").posts(),
        [of_carol.as_str(), of_bob.as_str()]
    );
    assert_eq!(titles(&site, "alice"), ["First", "Two", "Чай"]);
    let shift = |list: &str, step: &str| {
        let page = alice.post(&format!("{list}/order"), &[("move", step)]);
        assert_eq!(page.location(), "/lists");
        titles(&site, "alice")
    };
    assert_eq!(shift(&list, "up"), ["First", "Two", "Чай"]);
    assert_eq!(shift(&list, "down"), ["Two", "First", "Чай"]);
    assert_eq!(
        shift("/list/%D1%87%D0%B0%D0%B9", "up"),
        ["Two", "Чай", "First"]
    );
    assert_eq!(shift(&list, "down"), ["Two", "Чай", "First"]);
    assert_eq!(alice.post(&format!("{list}/order"), &[]).status, 400);
    assert_eq!(
        alice.post(&format!("{list}/delete"), &[]).location(),
        "/lists"
    );
    assert_eq!(alice.get(&list).status, 404);
    assert_eq!(titles(&site, "alice"), ["Two", "Чай"]);
    // The side column has them in this order.
    let words = alice.get("/").words();
    let [two, tea] = ["Two", "Чай"].map(|title| words.find(title).expect("it is there"));
    assert!(two < tea);
}

#[test]
fn a_list_that_is_refused_keeps_what_was_typed() {
    let site = Site::start();
    let alice = site.member("alice");
    let many: String = (0..10_000).map(|n| format!("@name{n} ")).collect();
    let form = [("title", "Everybody"), ("members", many.as_str())];
    let page = alice.post("/lists", &form);
    assert_eq!(page.status, 422);
    assert!(page.has("A list can have at most 500 people and groups. These are 10000."));
    assert!(page.has("value=\"Everybody\"") && page.has("@name9999"));
    let list = make(&alice, "Mine", "", &[]);
    for path in ["/lists".to_owned(), format!("{list}/edit")] {
        for (title, members, why) in [
            ("", "@alice", "This field is required."),
            ("x", "@alice @nobody", "Nothing here is called “@nobody”."),
            ("x", "@alice nothing", "Nothing here is called “nothing”."),
            ("x", "@alice !", "Nothing here is called “!”."),
        ] {
            let form = [("title", title), ("members", members), ("only", "1")];
            let page = alice.post(&path, &form);
            assert_eq!(page.status, 422, "{path} {members}");
            assert!(page.has(why) && page.has(members), "{}", page.words());
        }
    }
    assert_eq!(titles(&site, "alice"), ["Mine"]);
    for n in 1..50 {
        make(&alice, &format!("List {n}"), "", &[]);
    }
    let page = alice.post("/lists", &[("title", "One more")]);
    assert!(page.status == 422 && page.has("You can have at most 50 lists."));
}

#[test]
fn a_profile_a_group_and_a_tag_are_put_into_lists() {
    let circle = Circle::of("public");
    let [bob, carol] = [&circle.bob, &circle.carol];
    let list = make(carol, "Mine", "", &[]);
    bob.write("hello #tea");
    for (page, member) in [
        ("/user/bob", "@bob"),
        ("/group/garden", "garden"),
        ("/tag/tea", "#tea"),
    ] {
        let path = format!("/lists?member={}", member.replace('#', "%23"));
        assert!(carol.get(page).has(&format!("href=\"{path}\"")), "{page}");
        let form = [("member", member), ("next", path.as_str())];
        let added = carol.post(&format!("{list}/add"), &form);
        assert_eq!((added.status, added.location()), (303, path.as_str()));
        assert!(carol.get(&path).has(&format!("{list}/remove")), "{member}");
    }
    let json = circle.site.script("carol").get("/lists").json();
    let members = serde_json::json!(["@bob", "garden", "#tea"]);
    assert_eq!(json["lists"][0]["members"], members);
    carol.post(&format!("{list}/remove"), &[("member", "@BOB")]);
    assert!(carol.get("/lists?member=@bob").has(&format!("{list}/add")));
    let refused = carol.post(&format!("{list}/add"), &[("member", "@nobody")]);
    assert_eq!(refused.status, 404);
}

#[test]
fn a_list_reveals_nothing_of_what_its_owner_may_not_read() {
    let circle = Circle::of("private");
    let [alice, bob, carol] = [&circle.alice, &circle.bob, &circle.carol];
    let in_group = write_to(bob, &["garden"], "a secret #tea");
    let of_bob = bob.write("open");
    let list = make(carol, "Mine", "garden @bob #tea", &[]);
    assert_eq!(carol.get(&list).posts(), [of_bob.as_str()]);
    bob.go_private();
    assert_eq!(carol.get(&list).posts(), NOTHING);
    join(carol, "garden", Some((alice, "carol")));
    assert_eq!(carol.get(&list).posts(), [in_group.as_str()]);
    carol.press("/mute/bob");
    assert_eq!(carol.get(&list).posts(), NOTHING);
    carol.press("/unmute/bob");
    bob.press("/block/carol");
    // He does not exist for her now. She saves the list, and he is in it again after the block.
    let page = carol.get(&format!("{list}/edit"));
    assert!(!page.has("@bob"), "{}", page.text);
    let form = [("title", "Mine"), ("members", "garden #tea")];
    assert_eq!(carol.post(&format!("{list}/edit"), &form).status, 303);
    bob.press("/unblock/carol");
    assert!(carol.get(&format!("{list}/edit")).has("@bob"));
}

#[test]
fn posts_of_an_exclusive_list_are_not_at_home() {
    let circle = Circle::of("public");
    let [alice, bob, carol] = [&circle.alice, &circle.bob, &circle.carol];
    carol.follow(bob);
    carol.follow(alice);
    join(carol, "garden", None);
    let of_bob = bob.write("of bob");
    let of_group = write_to(alice, &["garden"], "of the group");
    let of_alice = alice.write("of alice");
    let own = carol.write("mine");
    let all = [&own, &of_alice, &of_group, &of_bob].map(String::as_str);
    assert_eq!(carol.get("/").posts(), all, "the premise");
    let list = make(carol, "Apart", "@bob garden @carol", &[("only", "1")]);
    let kept = [&own, &of_alice].map(String::as_str);
    assert_eq!(carol.get("/").posts(), kept, "her own posts stay");
    let chosen = [&own, &of_group, &of_bob].map(String::as_str);
    assert_eq!(carol.get(&list).posts(), chosen);
    // A friend's like does not bring them back, and what bob does brings nothing.
    alice.like(&of_bob);
    let stranger = circle.site.member("dora");
    bob.like(&stranger.write("of dora"));
    assert_eq!(carol.get("/").posts(), kept);
    // A follow that begins later is as silent as the others.
    carol.press("/unfollow/bob");
    carol.press("/group/garden/leave");
    assert_eq!(carol.get("/").posts(), kept);
    carol.follow(bob);
    join(carol, "garden", None);
    assert_eq!(carol.get("/").posts(), kept);
    // Neither does the end of a mute change that.
    carol.press("/mute/bob");
    carol.press("/unmute/bob");
    assert_eq!(carol.get("/").posts(), kept);
    let form = [("title", "Apart"), ("members", "@bob garden @carol")];
    assert_eq!(carol.post(&format!("{list}/edit"), &form).status, 303);
    assert_eq!(carol.get("/").posts().len(), 5);
    let form = [("title", "Apart"), ("members", "@bob"), ("only", "1")];
    assert_eq!(carol.post(&format!("{list}/edit"), &form).status, 303);
    assert_eq!(carol.get("/").posts().len(), 3);
    assert_eq!(carol.post(&format!("{list}/delete"), &[]).status, 303);
    assert_eq!(carol.get("/").posts().len(), 5);
}

#[test]
fn a_post_in_several_feeds_is_at_home_by_one_that_is_not_kept_apart() {
    let circle = Circle::of("public");
    let [alice, bob, carol] = [&circle.alice, &circle.bob, &circle.carol];
    carol.follow(bob);
    join(carol, "garden", None);
    let list = make(carol, "Apart", "garden", &[("only", "1")]);
    let in_group = write_to(alice, &["garden"], "tulips");
    let in_both = write_to(alice, &["feed", "garden"], "roses");
    let of_bob = write_to(bob, &["feed", "garden"], "daisies");
    // A friend's like brings neither: they are in a group that she keeps apart.
    let mut stream = carol.listen_at("/sse?topic=home&topic=list:apart", &[]);
    for post in [&in_group, &in_both] {
        bob.like(post);
        assert_eq!(topics(&next(&mut stream, "like")), ["list:apart"]);
    }
    assert_eq!(carol.get("/").posts(), [of_bob.as_str()]);
    let all = [&of_bob, &in_both, &in_group].map(String::as_str);
    assert_eq!(carol.get(&list).posts(), all);
}

#[test]
fn a_private_group_keeps_nothing_from_somebody_who_cannot_read_it() {
    let circle = Circle::of("private");
    let [alice, bob, carol] = [&circle.alice, &circle.bob, &circle.carol];
    carol.follow(bob);
    make(carol, "Apart", "garden", &[("only", "1")]);
    let post = write_to(alice, &["feed", "garden"], "roses");
    bob.like(&post);
    // Otherwise her page would tell that the post is in the group.
    assert_eq!(carol.get("/").posts(), [post.as_str()]);
}

#[test]
fn a_group_that_comes_back_stays_in_its_exclusive_list() {
    let circle = Circle::of("public");
    let [alice, bob] = [&circle.alice, &circle.bob];
    let post = write_to(alice, &["garden"], "tulips");
    let list = make(bob, "Garden", "garden", &[("only", "1")]);
    alice.post("/group/garden/delete", &[("password", PASSWORD)]);
    assert_eq!(bob.get(&list).posts(), NOTHING);
    alice.press("/group/garden/undelete");
    assert_eq!(bob.get("/").posts(), NOTHING);
    assert_eq!(bob.get(&list).posts(), [post.as_str()]);
}

#[test]
fn somebody_in_an_exclusive_list_still_lets_people_in() {
    let site = Site::start();
    let [alice, bob] = ["alice", "bob"].map(|name| site.member(name));
    bob.go_private();
    make(&alice, "Apart", "@bob", &[("only", "1")]);
    alice.press("/follow/bob");
    bob.press("/requests/alice/accept");
    let page = alice.get("/notifications");
    assert!(page.words().contains("accepted"), "{}", page.words());
}

#[test]
fn a_list_is_live() {
    let circle = Circle::of("public");
    let [alice, bob, carol] = [&circle.alice, &circle.bob, &circle.carol];
    make(carol, "Mine", "garden #tea", &[]);
    // Of two readers with lists of one name, each gets what is in theirs.
    make(alice, "Mine", "@bob", &[]);
    let mut streams = [carol, alice].map(|person| person.listen_at("/sse?topic=list:mine", &[]));
    let in_group = write_to(bob, &["garden"], "tulips");
    let of_bob = bob.write("not for carol");
    let tagged = bob.write("#tea");
    for post in [&in_group, &tagged] {
        let event = next(&mut streams[0], "post");
        assert_eq!(event.data["post_id"], post.as_str());
        assert_eq!(topics(&event), ["list:mine"]);
        assert!(event.data["bump"].is_number());
    }
    for post in [&of_bob, &tagged] {
        let event = next(&mut streams[1], "post");
        assert_eq!(event.data["post_id"], post.as_str());
    }
    let comment = bob.comment(&in_group, "and roses");
    let event = next(&mut streams[0], "comment");
    assert_eq!(
        event.data["comment"]["id"].to_string().trim_matches('"'),
        comment
    );
    // Without the tag, the post leaves the page.
    bob.edit(&tagged, "coffee");
    let event = next(&mut streams[0], "post_edited");
    assert_eq!(topics(&event), NOTHING);
    assert_eq!(topics(&next(&mut streams[1], "post_edited")), ["list:mine"]);
    bob.press(&format!("/post/{in_group}/delete"));
    let event = next(&mut streams[0], "post_deleted");
    assert_eq!(event.data["post_id"], in_group.as_str());
    // A change of her lists makes her page read itself again.
    let form = [("title", "Mine"), ("members", "@bob")];
    assert_eq!(carol.post("/list/mine/edit", &form).status, 303);
    next(&mut streams[0], "reset");
    let post = bob.write("for carol, too");
    let event = next(&mut streams[0], "post");
    assert_eq!(event.data["post_id"], post.as_str());
}

#[test]
fn a_stream_of_a_list_reveals_no_private_group() {
    let circle = Circle::of("private");
    let [bob, carol] = [&circle.bob, &circle.carol];
    make(carol, "Mine", "garden", &[]);
    let mut stream = carol.listen_at("/sse?topic=list:mine&topic=everything", &[]);
    write_to(bob, &["garden"], "a secret");
    let half = write_to(bob, &["feed", "garden"], "half a secret");
    let event = next(&mut stream, "post");
    assert_eq!(event.data["post_id"], half.as_str());
    assert_eq!(topics(&event), ["everything"]);
}

#[test]
fn posts_of_an_exclusive_list_do_not_come_to_an_open_home_page() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    alice.follow(&carol);
    make(&alice, "Apart", "@bob", &[("only", "1")]);
    let mut stream = alice.listen_at("/sse?topic=home&topic=list:apart", &[]);
    let post = bob.write("apart");
    assert_eq!(topics(&next(&mut stream, "post")), ["list:apart"]);
    carol.like(&post);
    assert_eq!(topics(&next(&mut stream, "like")), ["list:apart"]);
    carol.write("at home");
    assert_eq!(topics(&next(&mut stream, "post")), ["home"]);
}

#[test]
fn lists_are_downloaded_and_deleted_with_their_owner() {
    let mut site = Site::start();
    let (alice, bob) = site.friends();
    found(&alice, "garden", &[]);
    make(&alice, "Mine", "@bob garden #tea", &[("only", "1")]);
    make(&bob, "Alice", "@alice garden", &[]);
    let data = Export::of(&alice).data();
    let expected = serde_json::json!([{
        "slug": "mine",
        "title": "Mine",
        "only_here": true,
        "members": ["@bob", "garden", "#tea"],
    }]);
    assert_eq!(data["lists"], expected);
    site.forget(&alice);
    // Bob's list is left, with the group.
    let left = ["lists", "list_feeds", "list_tags"]
        .map(|table| site.number(&format!("select count(*) from {table}")));
    assert_eq!(left, [1, 1, 0]);
}
