//! The archive of a whole site, from one site into another.

use std::{fs, time::Duration};

use serde_json::{Value, json};

use super::{run_for, zip};
use crate::harness::{PASSWORD, Person, Site, images};

/// Returns the archive of a whole site.
fn export(site: &Site) -> Vec<u8> {
    let file = site.directory().join("site.zip");
    let said = site.command(&["export", file.to_str().expect("UTF-8")]);
    assert_eq!(said.status, Some(0), "{}", said.err);
    let archive = fs::read(&file).expect("a file");
    fs::remove_file(&file).expect("it is there");
    archive
}

/// Imports the archive of a whole site, and returns the report.
pub(super) fn import(site: &Site, archive: &[u8]) -> String {
    let said = run_for(site, archive, &[]);
    assert_eq!(said.status, Some(0), "{}", said.err);
    said.out
}

/// Signs somebody in who came with an archive, by a link that the operator makes.
pub(super) fn enter(site: &Site, name: &str) -> Person {
    let said = site.command(&["user", "reset", name]);
    assert_eq!(said.status, Some(0), "{}", said.err);
    let (_, token) = said.out.trim().rsplit_once("/reset/").expect("a link");
    let person = site.visitor();
    let set = person.post(&format!("/reset/{token}"), &[("password", PASSWORD)]);
    assert_eq!(set.status, 303);
    assert_eq!(person.log_in(name, PASSWORD).status, 303);
    person
}

/// Returns what somebody reads on a page of the API: everything but the numbers of comments.
pub(super) fn read(site: &Site, name: &str, path: &str) -> Vec<Value> {
    let page = site.script(name).get(path).json();
    let posts = page["posts"].as_array().expect("posts").clone();
    let plain = |post: &Value| {
        let comments = post["comments"]["items"].as_array().expect("comments");
        let comments: Vec<_> = comments
            .iter()
            .map(|it| {
                json!([
                    it["author"]["username"],
                    it["comment"],
                    it["created_at"],
                    it["edited_at"]
                ])
            })
            .collect();
        json!([
            post["id"],
            post["author"]["username"],
            post["message"],
            post["created_at"],
            post["edited_at"],
            post["to"],
            post["likes"],
            comments,
            post["images"].as_array().map(Vec::len),
        ])
    };
    posts.iter().map(plain).collect()
}

/// A site with everything that moves. Returns a post in Bob's own feed.
fn inhabited(site: &Site) -> String {
    let (alice, bob) = (site.admin("alice"), site.member("bob"));
    let later = || site.pass(Duration::from_mins(1));
    let carol = site.member("carol");
    alice.follow(&bob);
    carol.follow(&bob);
    bob.follow(&alice);
    let form = bob.post_form().field("message", "Good morning @alice");
    let sent = bob.send_form("/post", form.image("orientation-6.jpg"));
    assert_eq!(sent.status, 303);
    let page = site.script("bob").get("/users/bob/posts").json();
    let post = page["posts"][0]["id"].as_str().expect("an id").to_owned();
    later();
    alice.comment(&post, "Good evening @bob");
    later();
    carol.comment(&post, "Good night");
    alice.like(&post);
    carol.like(&post);
    later();
    alice.write("By alice");
    later();
    bob.write("The newest");
    alice.press("/mute/carol");
    let group = [
        ("name", "cooks"),
        ("title", "The cooks"),
        ("privacy", "private"),
    ];
    assert_eq!(alice.post("/groups/new", &group).status, 303);
    later();
    alice.post("/post", &[("message", "Soup for cooks"), ("to", "cooks")]);
    later();
    alice.post("/post", &[("message", "Between us"), ("to", "@bob")]);
    bob.go_private();
    post
}

const REPORT: &str = "3 people imported\n1 group imported\n5 posts imported\n2 comments imported\n1 picture imported\n";

#[test]
fn a_whole_site_moves_into_an_empty_one() {
    let old = Site::start();
    let post = inhabited(&old);
    let archive = export(&old);
    let new = Site::start();
    let report = import(&new, &archive);
    assert!(report.contains(REPORT), "{report}");
    assert!(report.contains("quartfeed user reset NAME"), "{report}");

    let alice = enter(&new, "alice");
    let carol = enter(&new, "carol");
    let bob = enter(&new, "bob");
    for (name, path) in [
        ("alice", "/feed"),
        ("bob", "/feed"),
        ("carol", "/feed"),
        ("bob", "/directs"),
        ("alice", "/users/bob/posts"),
    ] {
        assert_eq!(
            read(&new, name, path),
            read(&old, name, path),
            "{name} {path}"
        );
    }
    assert_eq!(alice.get("/admin").status, 200, "still an admin");
    assert_eq!(carol.get("/group/cooks").status, 200);
    assert!(
        !carol.get("/group/cooks").has("Soup for cooks"),
        "still private"
    );
    assert!(alice.get("/group/cooks").has("Soup for cooks"));
    assert!(alice.read(&post).has("Good evening"));
    for person in [&alice, &bob, &carol] {
        let page = person.get("/");
        assert!(page.has("id=\"unread\" hidden"), "nothing is announced");
        assert!(!page.has("data-unread="), "nothing is new");
    }

    let again = import(&new, &archive);
    assert!(
        again.contains("0 posts imported\n5 posts already here"),
        "{again}"
    );
    assert!(
        !again.contains("comment") && !again.contains("people"),
        "{again}"
    );
    let home = run_for(&old, &archive, &[]);
    assert_eq!(home.status, Some(1), "{}", home.out);
    assert!(
        home.err.contains("an archive of this site itself"),
        "{}",
        home.err
    );
}

#[test]
fn life_goes_on_under_what_was_imported() {
    let old = Site::start();
    let post = inhabited(&old);
    let new = Site::start();
    import(&new, &export(&old));
    let (alice, bob) = (enter(&new, "alice"), enter(&new, "bob"));
    let shown = bob.read(&post);
    let (_, rest) = shown
        .text
        .split_once("data-comment-id=\"")
        .expect("a comment");
    let (first, _) = rest.split_once('"').expect("its end");
    assert!(first.starts_with('-'), "{first} is older than the site");
    bob.press(&format!("/comment/{first}/like"));
    assert!(alice.read(&post).has("1 like"));
    let edited = alice.post(
        &format!("/comment/{first}/edit"),
        &[("comment", "Good evening to all")],
    );
    assert_eq!(edited.status, 303);
    let mine = alice.comment(&post, "I am here again");
    assert!(!mine.starts_with('-'));
    let page = bob.read(&post);
    let order =
        ["Good evening to all", "Good night", "I am here again"].map(|text| page.text.find(text));
    assert!(order.is_sorted() && order[0].is_some());
    let hits = alice.get("/search?q=evening");
    assert!(hits.words().contains("Good morning"), "comments are found");
    alice.post(&format!("/comment/{first}/delete"), &[]);
    assert!(!bob.read(&post).has("Good evening"));
    assert_eq!(
        new.number("select count(*) from comments where deleted_at is not null"),
        1
    );
}

#[test]
fn names_that_are_taken_get_a_number_and_mentions_follow() {
    let old = Site::start();
    inhabited(&old);
    let archive = export(&old);
    let new = Site::start();
    let (admin, other) = (new.admin("root_of_all"), new.member("Alice"));
    let group = [("name", "cooks"), ("title", "Other cooks")];
    assert_eq!(other.post("/groups/new", &group).status, 303);
    let dry = run_for(&new, &archive, &["--dry-run"]);
    assert_eq!(dry.status, Some(0), "{}", dry.err);
    let planned = REPORT.replace(" imported", " would be imported");
    assert!(dry.out.contains(&planned), "{}", dry.out);
    assert_eq!(new.count("posts"), 0);
    assert_eq!(new.count("users"), 2);

    let report = import(&new, &archive);
    assert!(
        report.contains("alice is alice2 here, because the name is taken"),
        "{report}"
    );
    assert!(report.contains("cooks is cooks2 here"), "{report}");
    assert!(
        report.contains("alice2 was an admin there and is a member here"),
        "{report}"
    );
    let (alice, bob) = (enter(&new, "alice2"), enter(&new, "bob"));
    assert!(bob.get("/").has("href=\"/user/alice2\""));
    let page = alice.get("/user/bob");
    assert!(page.has(">@alice2</a>"), "{}", page.text);
    assert_eq!(alice.get("/admin").status, 403);
    assert_eq!(admin.get("/admin").status, 200);
    assert!(alice.get("/group/cooks2").has("Soup for cooks"));
    assert!(!other.get("/group/cooks").has("Soup"));
    assert!(import(&new, &archive).contains("0 posts imported\n5 posts already here"));
}

#[test]
fn a_second_import_finishes_one_that_was_cut_off() {
    let old = Site::start();
    inhabited(&old);
    let archive = export(&old);
    let new = Site::start();
    import(&new, &archive);
    // As after an end between two changes: the people without their ties, some posts and no comments.
    new.execute(
        "delete from follows; update moved_users set is_tied = 0; delete from comments; delete from moved_comments;
         delete from imported_posts where post_id in (select id from posts where message = 'The newest');
         delete from posts where message = 'The newest';",
    );
    let report = import(&new, &archive);
    assert!(
        report.contains("1 post imported\n2 comments imported\n4 posts already here"),
        "{report}"
    );
    let bob = enter(&new, "bob");
    assert!(bob.get("/").has("By alice"), "bob follows alice again");
}

#[test]
fn a_second_import_restores_nothing_that_was_deleted_here() {
    let old = Site::start();
    let post = inhabited(&old);
    let archive = export(&old);
    let new = Site::start();
    import(&new, &archive);
    let bob = enter(&new, "bob");
    bob.press(&format!("/post/{post}/delete"));
    new.command(&["user", "delete", "carol", "--now"]);
    let report = import(&new, &archive);
    assert!(report.contains("0 posts imported"), "{report}");
    assert!(!report.contains("people"), "{report}");
    assert_eq!(bob.get(&format!("/post/{post}")).status, 404);
}

#[test]
fn an_archive_of_the_other_kind_is_refused_with_the_way() {
    let site = Site::start();
    site.member("alice");
    let whole = export(&site);
    let refused = run_for(&site, &whole, &["--user", "alice"]);
    assert!(refused.err.contains("without --user"), "{}", refused.err);
    let own = zip(&[("data.json", b"{}"), ("account.html", b"")]);
    let refused = run_for(&site, &own, &[]);
    assert!(refused.err.contains("--user NAME"), "{}", refused.err);
}

#[test]
fn a_damaged_archive_says_where() {
    let site = Site::start();
    let head = br#"{"format":"quartfeed site","version":1}"#;
    let person = br#"{"id":1,"username":"a","created_at":1}"#;
    for (files, words) in [
        (
            vec![("site.json", &b"{"[..]), ("people.jsonl", b"")],
            "site.json: ",
        ),
        (
            vec![
                ("site.json", br#"{"format":"quartfeed site","version":2}"#),
                ("people.jsonl", b""),
            ],
            "newer version",
        ),
        (
            vec![
                ("site.json", br#"{"format":"other","version":1}"#),
                ("people.jsonl", b""),
            ],
            "another program",
        ),
        (
            vec![("site.json", head), ("people.jsonl", b"{}\n")],
            "people.jsonl, line 1: missing field",
        ),
        (
            vec![("site.json", head), ("people.jsonl", person)],
            "groups.jsonl is missing",
        ),
    ] {
        let said = run_for(&site, &zip(&files), &[]);
        assert_eq!(said.status, Some(1), "{}", said.out);
        assert!(said.err.contains(words), "{}", said.err);
    }
}

#[test]
fn pages_of_a_site_show_what_every_member_may_read() {
    let site = Site::start();
    let alice = site.member("alice");
    let bob = site.member("bob");
    let post = alice.write("For everybody <b>");
    bob.comment(&post, "Indeed");
    bob.like(&post);
    images::put_into(&site, &alice, &post);
    bob.follow(&alice);
    alice.post("/post", &[("message", "Between us"), ("to", "@bob")]);
    bob.write("For my followers");
    bob.go_private();
    let carol = site.member("carol");
    carol.comment(&post, "Words of carol");
    carol.like(&post);
    site.command(&["user", "suspend", "carol"]);
    for (name, privacy) in [("allotment", "public"), ("hush-hush", "private")] {
        let group = [("name", name), ("privacy", privacy)];
        assert_eq!(alice.post("/groups/new", &group).status, 303);
    }
    let to = [
        ("message", "In two places"),
        ("to", "allotment"),
        ("to", "hush-hush"),
    ];
    assert_eq!(alice.post("/post", &to).status, 303);
    let archive = export(&site);
    let mut archive = ::zip::ZipArchive::new(std::io::Cursor::new(archive)).expect("an archive");
    let mut text = |name: &str| {
        let file = archive.by_name(name).expect("a file");
        std::io::read_to_string(file).expect("UTF-8")
    };
    let index = text("index.html");
    for words in [
        "For everybody &lt;b&gt;",
        "Indeed",
        "Liked by",
        "src=\"pictures/",
    ] {
        assert!(index.contains(words), "{words}");
    }
    assert!(index.contains("In two places") && index.contains("in allotment"));
    for hidden in ["Between us", "For my followers", "hush-hush", "carol"] {
        assert!(!index.contains(hidden), "{hidden}");
    }
    assert!(
        text("posts.jsonl").contains("Between us"),
        "another site gets all"
    );
    let people = text("people.html");
    assert!(people.contains("@bob") && people.contains("allotment"));
    assert!(!people.contains("carol") && !people.contains("hush-hush"));
    for secret in ["argon2", "password"] {
        assert!(!text("people.jsonl").contains(secret));
    }
}

#[test]
fn a_new_comment_on_an_imported_post_is_new_to_its_readers() {
    let old = Site::start();
    let id = inhabited(&old);
    let new = Site::start();
    import(&new, &export(&old));
    let (alice, bob) = (enter(&new, "alice"), enter(&new, "bob"));
    let last = new.number("select max(id) from comments");
    let body = json!({ "posts": { &id: last.to_string() } }).to_string();
    let headers = [("Content-Type", "application/json")];
    assert_eq!(
        alice.ask("POST", "/seen", &headers, Some(&body)).status,
        204
    );
    assert!(alice.read(&id).has("data-seen=\"0\""));
    bob.comment(&id, "Something new");
    assert!(alice.read(&id).has("data-unread=\"1\""));
}
