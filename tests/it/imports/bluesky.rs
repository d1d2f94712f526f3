//! Archives of Bluesky, whose repositories are built here: blocks, a tree of records, and a commit.

use std::fmt::Write as _;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{import, posts, refuse, settings, texts, zip};
use crate::harness::{Site, samples::picture};

const ME: &str = "did:plc:alice";
const OTHER: &str = "did:plc:bob";

/// A repository that is being built.
#[derive(Default)]
struct Repository {
    blocks: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Repository {
    /// Adds a block, and returns its CID as it is linked.
    fn add(&mut self, value: &Value) -> Value {
        let mut bytes = Vec::new();
        encode(value, &mut bytes);
        let cid = cid(0x71, &bytes);
        let link = link(&cid);
        self.blocks.push((cid, bytes));
        link
    }

    /// Builds the tree of these records, which are in the order of their keys. Each stands on a level that follows from
    /// the hash of its key.
    fn tree(&mut self, records: &[(String, Value)], level: u32) -> Value {
        let (mut left, mut entries) = (Value::Null, Vec::<Value>::new());
        let mut before = String::new();
        let mut from = 0;
        for (n, (key, record)) in records.iter().enumerate() {
            if level_of(key) < level {
                continue;
            }
            self.put_between(&records[from..n], level, &mut left, &mut entries);
            from = n + 1;
            let shared = key
                .bytes()
                .zip(before.bytes())
                .take_while(|(a, b)| a == b)
                .count();
            entries.push(
                json!({ "p": shared, "k": { "$bytes": key[shared..] }, "v": record, "t": null }),
            );
            before.clone_from(key);
        }
        self.put_between(&records[from..], level, &mut left, &mut entries);
        self.add(&json!({ "l": left, "e": entries }))
    }

    fn put_between(
        &mut self,
        records: &[(String, Value)],
        level: u32,
        left: &mut Value,
        entries: &mut [Value],
    ) {
        if records.is_empty() {
            return;
        }
        let node = self.tree(records, level - 1);
        match entries.last_mut() {
            Some(entry) => entry["t"] = node,
            None => *left = node,
        }
    }

    /// Returns the CAR file of these records.
    fn car(records: &[(&str, Value)]) -> Vec<u8> {
        let mut repository = Repository::default();
        let mut leaves: Vec<_> = records
            .iter()
            .map(|(key, record)| ((*key).to_owned(), repository.add(record)))
            .collect();
        leaves.sort_by(|a, b| a.0.cmp(&b.0));
        let top = leaves.iter().map(|(key, _)| level_of(key)).max();
        let data = repository.tree(&leaves, top.unwrap_or_default());
        repository.finish(&data)
    }

    /// Returns the CAR file of this tree.
    fn finish(mut self, data: &Value) -> Vec<u8> {
        let commit = json!({ "did": ME, "version": 3, "data": data, "rev": "3k", "prev": null, "sig": { "$bytes": "signed" } });
        let root = self.add(&commit);
        let mut head = Vec::new();
        encode(&json!({ "roots": [root], "version": 1 }), &mut head);
        let mut car = Vec::new();
        varint(head.len(), &mut car);
        car.extend(head);
        for (cid, bytes) in &self.blocks {
            varint(cid.len() + bytes.len(), &mut car);
            car.extend(cid);
            car.extend(bytes);
        }
        car
    }
}

/// Returns the level of a key in the tree: half the number of zero bits that its hash begins with.
fn level_of(key: &str) -> u32 {
    let hash = Sha256::digest(key.as_bytes());
    u64::from_be_bytes(hash[..8].try_into().expect("eight bytes")).leading_zeros() / 2
}

fn cid(codec: u8, bytes: &[u8]) -> Vec<u8> {
    [&[1, codec, 0x12, 0x20], Sha256::digest(bytes).as_slice()].concat()
}

fn link(cid: &[u8]) -> Value {
    let hex = cid.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a string");
        hex
    });
    json!({ "$link": hex })
}

fn varint(mut number: usize, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(u8::try_from(number & 0x7f).expect("seven bits") | 0x80);
        number >>= 7;
    }
    out.push(u8::try_from(number).expect("seven bits"));
}

/// Writes the beginning of a value: its kind and a number.
fn begin(kind: u8, number: usize, out: &mut Vec<u8>) {
    let kind = kind << 5;
    match u16::try_from(number).expect("a small one") {
        small @ 0..24 => out.push(kind | small.to_be_bytes()[1]),
        byte @ 24..256 => out.extend([kind | 0x18, byte.to_be_bytes()[1]]),
        word => {
            out.push(kind | 0x19);
            out.extend(word.to_be_bytes());
        }
    }
}

/// Writes a value as DAG-CBOR.
fn encode(value: &Value, out: &mut Vec<u8>) {
    if let Some(hex) = value["$link"].as_str() {
        out.extend([0xd8, 42]);
        begin(2, hex.len() / 2 + 1, out);
        out.push(0);
        let digits = (0..hex.len()).step_by(2);
        out.extend(digits.map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex")));
        return;
    }
    if let Some(bytes) = value["$bytes"].as_str() {
        begin(2, bytes.len(), out);
        out.extend(bytes.bytes());
        return;
    }
    match value {
        Value::Null => out.push(0xf6),
        Value::Bool(is) => out.push(0xf4 + u8::from(*is)),
        Value::Number(number) => {
            let number = number.as_u64().expect("no fraction");
            begin(0, usize::try_from(number).expect("a small one"), out);
        }
        Value::String(text) => {
            begin(3, text.len(), out);
            out.extend(text.bytes());
        }
        Value::Array(items) => {
            begin(4, items.len(), out);
            for item in items {
                encode(item, out);
            }
        }
        Value::Object(members) => {
            begin(5, members.len(), out);
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(key, _)| (key.len(), *key));
            for (key, member) in members {
                encode(&json!(key), out);
                encode(member, out);
            }
        }
    }
}

/// Returns a record of a post with more members.
fn post(day: u32, text: &str, more: &Value) -> Value {
    let mut record = json!({ "$type": "app.bsky.feed.post", "text": text, "createdAt": format!("2024-02-{day:02}T03:04:05.678Z") });
    let members = more.as_object().expect("an object").clone();
    record.as_object_mut().expect("it is one").extend(members);
    record
}

fn uri(person: &str, name: &str) -> String {
    format!("at://{person}/app.bsky.feed.post/{name}")
}

/// Returns the name of a file by its CID, as an independent reader makes it: bit by bit.
fn name_of(cid: &[u8]) -> String {
    let bits: String = cid.iter().map(|byte| format!("{byte:08b}")).collect();
    let letters = bits.as_bytes().chunks(5).map(|chunk| {
        let padded = format!("{:0<5}", String::from_utf8_lossy(chunk));
        let place = usize::from_str_radix(&padded, 2).expect("bits");
        char::from(b"abcdefghijklmnopqrstuvwxyz234567"[place])
    });
    std::iter::once('b').chain(letters).collect()
}

/// Returns a repository of one record of each sort, and the file of its picture.
fn repository() -> (Vec<u8>, String) {
    let about = |uri: String| json!({ "subject": { "uri": uri, "cid": "bafy" }, "createdAt": "2024-02-01T00:00:00Z" });
    let shown = cid(0x55, &picture("photograph.jpg"));
    let image = |cid: &[u8], alt: &str| json!({ "alt": alt, "image": { "$type": "blob", "ref": link(cid), "mimeType": "image/jpeg", "size": 5 } });
    let images = json!({ "$type": "app.bsky.embed.images", "images": [
        image(&shown, "a photograph"), image(&cid(0x55, b"gone"), "") ] });
    let facet = |start: u32, end: u32, uri: &str| {
        json!({ "index": { "byteStart": start, "byteEnd": end },
                "features": [{ "$type": "app.bsky.richtext.facet#link", "uri": uri }] })
    };
    let reply = |to: &str| json!({ "reply": { "root": { "uri": to, "cid": "x" }, "parent": { "uri": to, "cid": "x" } } });
    let links = json!({ "facets": [
        facet(15, 34, "https://example.org/a/long/path"),
        facet(6, 8, "https://other.example/"),
        facet(1, 2, "https://never.example/"),
        facet(500, 600, "https://never.example/") ] });
    let quote = json!({ "embed": { "$type": "app.bsky.embed.recordWithMedia",
        "record": { "record": { "uri": uri(OTHER, "3q"), "cid": "x" } }, "media": { "video": { "ref": link(&shown) } } } });
    let external = json!({ "embed": { "external": { "uri": "https://e.example/page", "title": "t", "description": "" } } });
    let records = [
        (
            "app.bsky.actor.profile/self",
            json!({ "displayName": "Alice" }),
        ),
        ("app.bsky.feed.like/3a", about(uri(OTHER, "3l"))),
        ("app.bsky.feed.like/3b", about(uri(ME, "3k1"))),
        ("app.bsky.feed.repost/3a", about(uri(OTHER, "3r"))),
        ("app.bsky.graph.follow/3a", json!({ "subject": OTHER })),
        (
            "app.bsky.feed.post/3k1",
            post(
                1,
                "\u{e9}t\u{e9} \u{df} here, example.org/a/lo... end",
                &links,
            ),
        ),
        (
            "app.bsky.feed.post/3k2",
            post(2, "a reply", &reply(&uri(OTHER, "3l"))),
        ),
        (
            "app.bsky.feed.post/3k3",
            post(3, "my thread", &reply(&uri(ME, "3k1"))),
        ),
        (
            "app.bsky.feed.post/3k4",
            post(4, "pictures", &json!({ "embed": images })),
        ),
        ("app.bsky.feed.post/3k5", post(5, "a quotation", &quote)),
        ("app.bsky.feed.post/3k6", post(6, "", &external)),
        ("app.bsky.feed.post/3k7", json!({ "text": "no date" })),
    ];
    (Repository::car(&records), name_of(&shown))
}

const REPORT: &str = "left out: 1 reply to somebody else\nleft out: 1 repost of somebody else's post\n\
                      left out: 1 post that cannot be read\n";

#[test]
fn posts_of_a_repository_come_in_with_links_and_with_pictures_beside_it() {
    let site = Site::start();
    site.member("alice");
    let (car, name) = repository();
    let file = format!("blobs/{name}");
    let archive = zip(&[("alice.car", &car), (&file, &picture("photograph.jpg"))]);
    let report = import(&site, &archive);
    assert_eq!(
        report,
        format!(
            "an archive of Bluesky\n5 posts imported\n1 picture imported\n{REPORT}\
             left out: 1 picture that is not in the archive\nleft out: 1 video or other file\n\
             left out: 1 like of a post on another site\n\
             left out: 1 like of one's own post, which this site does not have\n\
             left out: 1 person followed there, whose name is not in the archive\n"
        )
    );
    assert_eq!(
        texts(&site, "alice"),
        [
            "https://e.example/page",
            "a quotation\n\nhttps://bsky.app/profile/did:plc:bob/post/3q",
            "pictures",
            "my thread",
            "\u{e9}t\u{e9} \u{df} (https://other.example/) here, https://example.org/a/long/path end",
        ]
    );
    let all = posts(&site, "alice");
    assert_eq!(all[0]["created_at"], "2024-02-06T03:04:05Z");
    assert_eq!(all[2]["images"][0]["alt"], "a photograph");
    assert!(import(&site, &archive).contains("0 posts imported\n5 posts already here\n"));
}

#[test]
fn a_repository_is_known_without_a_zip_file_and_comes_by_settings() {
    let site = Site::start();
    let alice = site.member("alice");
    let page = settings::import_whole(&alice, &repository().0);
    assert!(
        page.words().contains("5 posts imported")
            && page
                .words()
                .contains("2 pictures that are not in the archive"),
        "{}",
        page.words()
    );
    let list = alice.get("/settings/import/elsewhere.txt").text;
    for address in [
        "did:plc:bob/post/3l",
        "did:plc:bob/post/3r",
        "did:plc:bob\n",
    ] {
        assert!(
            list.contains(&format!("\thttps://bsky.app/profile/{address}")),
            "{list}"
        );
    }
}

#[test]
fn a_tree_of_many_records_is_read_whole_and_in_order() {
    let site = Site::start();
    site.member("alice");
    let keys: Vec<_> = (0..300)
        .map(|n| format!("app.bsky.feed.post/3k{n:04}"))
        .collect();
    let levels: std::collections::BTreeSet<_> = keys.iter().map(|key| level_of(key)).collect();
    assert!(levels.len() >= 3, "the tree has levels: {levels:?}");
    let records: Vec<_> = (0..)
        .zip(&keys)
        .map(|(n, key)| {
            (
                key.as_str(),
                post(1 + n % 28, &format!("post {n}"), &json!({})),
            )
        })
        .collect();
    let report = import(&site, &Repository::car(&records));
    assert_eq!(report, "an archive of Bluesky\n300 posts imported\n");
}

#[test]
fn repositories_that_harm_are_refused_and_leave_nothing() {
    let site = Site::start();
    site.member("alice");
    let (car, _) = repository();
    refuse(
        &site,
        &car[..car.len() - 9],
        "the CAR file is damaged, or cut off",
    );
    refuse(&site, &car[..20], "the CAR file is damaged, or cut off");
    // A block that is not what its hash says.
    let mut changed = car.clone();
    let at = crate::harness::samples::find(&car, b"my thread");
    changed[at] = b'M';
    refuse(&site, &changed, "the CAR file is damaged, or cut off");
    // A tree that is not there.
    let mut nothing = Repository::default();
    let root = nothing.add(&json!({ "did": ME, "data": link(&cid(0x71, b"gone")) }));
    let mut head = Vec::new();
    encode(&json!({ "roots": [root], "version": 1 }), &mut head);
    let mut empty = Vec::new();
    varint(head.len(), &mut empty);
    empty.extend(head);
    refuse(&site, &empty, "the CAR file is damaged, or cut off");
}

#[test]
fn repositories_that_would_fill_memory_or_disk_are_refused() {
    let site = Site::start();
    site.member("alice");
    // Keys of a node, each with all of the long one before it.
    let mut keys = Repository::default();
    let record = keys.add(&post(1, "hello", &json!({})));
    let entry = |shared: usize, rest: &str| json!({ "p": shared, "k": { "$bytes": rest }, "v": record, "t": null });
    let long = "k".repeat(60_000);
    let entries: Vec<_> = std::iter::once(entry(0, &long))
        .chain((0..2_000).map(|_| entry(60_000, "x")))
        .collect();
    let data = keys.add(&json!({ "l": null, "e": entries }));
    let why = "the repository has longer keys than any real one";
    refuse(&site, &keys.finish(&data), why);
    // One large block that has many names.
    let mut named = Repository::default();
    let record = named.add(&post(1, &"long ".repeat(6_000), &json!({})));
    let entries: Vec<_> = (0..1_000)
        .map(|n| {
            let key = format!("app.bsky.feed.post/3k{n:04}");
            json!({ "p": 0, "k": { "$bytes": key }, "v": record, "t": null })
        })
        .collect();
    let data = named.add(&json!({ "l": null, "e": entries }));
    let why = "the repository names the same blocks too often";
    refuse(&site, &named.finish(&data), why);
    // A record of very many small values.
    let values = vec![json!({}); 60_000];
    let many = Repository::car(&[(
        "app.bsky.feed.post/3k",
        post(1, "hello", &json!({ "facets": values })),
    )]);
    let why = "a block of the repository has more than 50000 values";
    refuse(&site, &many, why);
    // The same of a kind that does not come in is not even read.
    let other = Repository::car(&[("app.bsky.other/3k", json!({ "values": values }))]);
    let report = import(&site, &other);
    assert_eq!(report, "an archive of Bluesky\n0 posts imported\n");
    // A file that is only called so is not unpacked.
    let zeros = zip(&[("repo.car", &vec![0; 8 << 20])]);
    refuse(&site, &zeros, "repo.car is damaged, or another file");
}
