//! Archives of Mastodon.

use serde_json::{Value, json};

use super::{as_tar, import, posts, run, texts, zip};
use crate::harness::{Site, samples::picture};

const ME: &str = "https://social.example/users/alice";
const EVERYBODY: &str = "https://www.w3.org/ns/activitystreams#Public";
const FOLLOWERS: &str = "https://social.example/users/alice/followers";

/// Returns an activity that makes a post of these members.
fn create(n: u32, to: &[&str], cc: &[&str], more: &Value) -> Value {
    let mut object = json!({
        "id": format!("{ME}/statuses/{n}"), "type": "Note", "attributedTo": ME,
        "published": format!("2023-01-{n:02}T03:04:05Z"), "to": to, "cc": cc, "inReplyTo": null, "attachment": [],
    });
    let members = more.as_object().expect("an object").clone();
    object.as_object_mut().expect("it is one").extend(members);
    json!({ "type": "Create", "actor": ME, "object": object })
}

/// Returns an archive of one post of each sort.
pub(super) fn archive() -> Vec<u8> {
    let note = |text: &str| json!({ "content": text });
    let picture_at = |url: &str, alt: &str| json!({ "type": "Document", "mediaType": "image/jpeg", "url": url, "name": alt });
    let items = [
        create(
            1,
            &[EVERYBODY],
            &[FOLLOWERS],
            &note(
                "<p>first<br>line</p><p>see <a href=\"https://e.org/a/long/one\"><span class=\"invisible\">https://</span><span class=\"ellipsis\">e.org/a/lo</span></a></p>",
            ),
        ),
        create(2, &[FOLLOWERS], &[EVERYBODY], &note("<p>unlisted</p>")),
        create(3, &[FOLLOWERS], &[], &note("<p>for followers</p>")),
        create(
            4,
            &["https://social.example/users/bob"],
            &[],
            &note("<p>secret for bob</p>"),
        ),
        create(
            5,
            &[EVERYBODY],
            &[],
            &json!({ "content": "<p>@bob no</p>", "inReplyTo": "https://social.example/users/bob/statuses/9" }),
        ),
        create(
            6,
            &[EVERYBODY],
            &[],
            &json!({ "content": "<p>go on</p>", "inReplyTo": format!("{ME}/statuses/1") }),
        ),
        json!({ "type": "Announce", "actor": ME, "object": "https://other.example/1", "to": [EVERYBODY] }),
        create(
            7,
            &[EVERYBODY],
            &[],
            &json!({ "content": "<p>hidden behind</p>", "summary": "a warning", "sensitive": true }),
        ),
        create(
            8,
            &[EVERYBODY],
            &[],
            &json!({ "content": "<p>with pictures</p>", "attachment": [
            picture_at("/bucket/media_attachments/files/1/photo.jpg", "a photograph"),
            picture_at("/bucket/media_attachments/files/2/gone.jpg", ""),
            { "type": "Document", "mediaType": "video/mp4", "url": "/bucket/media_attachments/files/3/film.mp4" },
        ] }),
        ),
        create(
            9,
            &[EVERYBODY],
            &[],
            &json!({ "type": "Question", "content": "<p>which?</p>", "oneOf": [{ "name": "one" }, { "name": "other" }] }),
        ),
    ];
    let outbox = json!({ "totalItems": 3, "orderedItems": items }).to_string();
    zip(&[
        ("outbox.json", outbox.as_bytes()),
        ("likes.json", b"{}"),
        (
            "media_attachments/files/1/photo.jpg",
            &picture("photograph.jpg"),
        ),
        ("media_attachments/files/3/film.mp4", b"a film"),
    ])
}

const PUBLIC: [&str; 6] = [
    "which?\n\n• one\n• other",
    "with pictures",
    "a warning\n\nhidden behind",
    "go on",
    "unlisted",
    "first\nline\n\nsee https://e.org/a/long/one",
];

#[test]
fn public_posts_of_mastodon_come_in_at_their_dates_and_nothing_else_does() {
    let site = Site::start();
    let (bob, alice) = (site.member("bob"), site.member("alice"));
    bob.follow(&alice);
    alice.write("written here");
    let mut stream = bob.listen();
    let report = import(&site, &archive());
    assert_eq!(
        report,
        "an archive of Mastodon\n6 posts imported\n1 picture imported\n\
         left out: 1 post for followers only\nleft out: 1 post to certain people or groups\n\
         left out: 1 reply to somebody else\nleft out: 1 repost of somebody else's post\n\
         left out: 1 picture that is not in the archive\nleft out: 1 video or other file\n"
    );
    assert!(!site.is_stored("secret for bob") && !site.is_stored("for followers"));
    let mut expected = vec!["written here"];
    expected.extend(PUBLIC);
    assert_eq!(texts(&site, "bob"), expected);
    let all = posts(&site, "bob");
    assert_eq!(all[1]["created_at"], "2023-01-09T03:04:05Z");
    assert_eq!(all[2]["images"][0]["alt"], "a photograph");
    let home = bob.get("/").text;
    let at = |text: &str| home.find(text).expect("it is there");
    assert!(at("written here") < at("with pictures") && at("with pictures") < at("unlisted"));
    // Nothing of it comes before the next post.
    let next = alice.write("and on");
    assert_eq!(stream.expect("post").data["post_id"], next.as_str());
    assert_eq!(bob.get("/search?q=hidden+behind").posts().len(), 1);
}

#[test]
fn a_second_import_adds_nothing_and_a_dry_one_writes_nothing() {
    let mut site = Site::start();
    let alice = site.member("alice");
    let dry = run(&site, &archive(), &["--dry-run"]);
    assert!(
        dry.out
            .contains("6 posts would be imported\n1 picture would be"),
        "{}",
        dry.out
    );
    assert_eq!((site.count("posts"), site.count("imported_posts")), (0, 0));
    import(&site, &archive());
    alice.press(&format!(
        "/post/{}/delete",
        posts(&site, "alice")[0]["id"].as_str().expect("an id")
    ));
    let again = import(&site, &archive());
    assert!(
        again.contains("0 posts imported\n6 posts already here\n"),
        "{again}"
    );
    assert_eq!(
        texts(&site, "alice"),
        PUBLIC[1..],
        "what was deleted stays so"
    );
    assert_eq!(site.count("images"), 1);
    site.forget(&alice);
    assert_eq!(site.count("imported_posts"), 0);
}

#[test]
fn posts_for_followers_come_into_a_feed_that_only_followers_read() {
    let site = Site::start();
    site.member("alice").go_private();
    let report = import(&site, &archive());
    assert!(report.contains("7 posts imported"), "{report}");
    assert!(texts(&site, "alice").contains(&"for followers".to_owned()));
    assert!(!site.is_stored("secret for bob"));
}

#[test]
fn posts_without_room_for_their_pictures_wait_for_another_import() {
    let site = Site::start();
    site.member("alice");
    let file = site.directory().join("quartfeed.toml");
    std::fs::write(&file, "[limits]\nstorage_per_user = 1048576\n").expect("written");
    site.execute(
        "insert into images (id, owner_id, width, height, bytes, created_at) values (1, 1, 1, 1, 1048576, 1e15)",
    );
    let said = run(&site, &archive(), &[]);
    assert!(
        said.out.contains("5 posts imported") && said.out.contains("have no room"),
        "{} {}",
        said.out,
        said.err
    );
    std::fs::remove_file(&file).expect("it is there");
    let again = import(&site, &archive());
    assert!(
        again.contains("1 post imported\n1 picture imported\n5 posts already"),
        "{again}"
    );
}

#[test]
fn an_archive_that_is_packed_as_a_tar_is_taken_alike() {
    let (zipped, packed) = (Site::start(), Site::start());
    zipped.member("alice");
    packed.member("alice");
    assert_eq!(
        import(&packed, &as_tar(&archive())),
        import(&zipped, &archive())
    );
    assert_eq!(texts(&packed, "alice"), texts(&zipped, "alice"));
    assert_eq!(packed.count("images"), zipped.count("images"));
    assert!(packed.count("images") > 0);
    // The same archive in the other form is the same archive.
    assert!(import(&packed, &archive()).contains("0 posts imported"));
}
