//! Archives of FriendFeed.

use serde_json::{Value, json};

use super::{import, posts, texts, zip};
use crate::harness::{Site, samples::picture};

fn entry(n: u32, from: &str, body: &str, more: &Value) -> String {
    let mut entry = json!({
        "url": format!("http://friendfeed.com/alice/{n}"), "date": format!("2009-05-{n:02}T10:11:12Z"), "body": body,
        "from": { "id": from, "type": "user" }, "via": { "name": "x", "url": "http://x.example" },
        "comments": [{ "date": "2009-06-01T00:00:00Z", "from": { "id": "bob" }, "body": "nice" }], "likes": [],
    });
    let members = more.as_object().expect("an object").clone();
    entry.as_object_mut().expect("it is one").extend(members);
    entry.to_string()
}

#[test]
fn entries_come_in_with_their_links_and_files_beside_them() {
    let site = Site::start();
    site.member("alice");
    let body =
        "read <a href=\"http://ff.im/1\" title=\"http://e.org/a/long/one\">http://e.org/a...</a>";
    let files = json!({ "thumbnails": [{ "url": "http://m.friendfeed-media.com/small", "link": "http://m.friendfeed-media.com/abc123" }],
        "files": [{ "url": "http://m.friendfeed-media.com/song", "type": "audio/mpeg", "name": "song.mp3" }] });
    let archive = zip(&[
        (
            "alice/entries/1.json",
            entry(1, "alice", body, &json!({})).as_bytes(),
        ),
        (
            "alice/entries/2.json",
            entry(2, "alice", "a picture", &files).as_bytes(),
        ),
        (
            "alice/entries/3.json",
            entry(3, "bob", "of bob", &json!({})).as_bytes(),
        ),
        (
            "alice/entries/4.json",
            entry(
                4,
                "alice",
                "in a room",
                &json!({ "to": [{ "id": "room", "type": "group" }] }),
            )
            .as_bytes(),
        ),
        ("alice/files/abc123.jpg", &picture("photograph.jpg")),
        ("alice/about.json", b"{}"),
    ]);
    let report = import(&site, &archive);
    assert_eq!(
        report,
        "an archive of FriendFeed\n2 posts imported\n1 picture imported\n\
         left out: 1 post to certain people or groups\nleft out: 1 post by somebody else\nleft out: 1 video or other file\n"
    );
    assert_eq!(
        texts(&site, "alice"),
        ["a picture", "read http://e.org/a/long/one"]
    );
    assert_eq!(
        posts(&site, "alice")[1]["created_at"],
        "2009-05-01T10:11:12Z"
    );
}
