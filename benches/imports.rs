//! `cargo bench --bench imports`: the import of a large archive of Mastodon with `quartfeed import`. Measures the time, and
//! the peak memory of the command and of the sandbox in which it encodes pictures. `cargo bench --bench imports --
//! POSTS PICTURES` takes other numbers than 50,000 and 2,000.

mod common;
#[path = "common/photographs.rs"]
mod photographs;

use std::{
    env,
    fs::{self, File},
    io::{BufWriter, Write},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use common::{PROGRAM, children, database, prepare, status};
use photographs::{PHONE, photograph};
use serde_json::json;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

const POSTS: u32 = 50_000;
const PICTURES: u32 = 2_000;
const WIDTH: u32 = 960;
const HEIGHT: u32 = 720;
const ME: &str = "https://social.example/users/alice";

/// The pause between two looks at the memory of the command.
const LOOK_EVERY: Duration = Duration::from_millis(1);

fn main() {
    // Cargo passes `--bench` to every program of this kind.
    let mut numbers = env::args().skip(1).filter_map(|word| word.parse().ok());
    let posts: u32 = numbers.next().unwrap_or(POSTS);
    let pictures: u32 = numbers.next().unwrap_or(PICTURES).min(posts);
    let prepared = prepare();
    prepared.people(1);
    prepared.db.close();
    let directory = prepared.directory.path();
    let archive = directory.join("archive.zip");
    write_archive(&archive, posts, pictures);
    let archive_bytes = fs::metadata(&archive).expect("it was written").len();
    println!(
        "{posts} posts with {pictures} different pictures in {} MB",
        archive_bytes / 1_000_000
    );

    for what in ["the first import", "the same again"] {
        let started = Instant::now();
        let (own, sandbox) = import(directory, &archive);
        println!(
            "{what}: {:.1} s; peak memory {} MB, and {} MB for encoding",
            started.elapsed().as_secs_f64(),
            own / 1_000,
            sandbox / 1_000
        );
    }
    let file = fs::metadata(database(directory))
        .expect("it is there")
        .len();
    println!("size of the file afterwards: {} MB", file / 1_000_000);
}

/// Writes an archive. Every post is of a minute of its own, and the last ones have the pictures.
fn write_archive(path: &Path, posts: u32, pictures: u32) {
    let file = BufWriter::new(File::create(path).expect("the directory is writable"));
    let mut zip = ZipWriter::new(file);
    let text = SimpleFileOptions::default();
    let stored = text.compression_method(CompressionMethod::Stored);
    let start = |zip: &mut ZipWriter<_>, name: &str, options| {
        zip.start_file(name, options).expect("a new name");
    };
    start(&mut zip, "actor.json", text);
    let actor =
        json!({ "id": ME, "preferredUsername": "alice", "followers": format!("{ME}/followers") });
    zip.write_all(actor.to_string().as_bytes()).expect("room");
    for n in 0..pictures {
        start(
            &mut zip,
            &format!("media_attachments/files/{n}.jpeg"),
            stored,
        );
        // Each has a size of its own, so that no two are the same.
        let picture = photograph(WIDTH + n % 50, HEIGHT + n / 50);
        zip.write_all(&picture.jpeg(&PHONE)).expect("room");
    }
    start(&mut zip, "outbox.json", text);
    zip.write_all(b"{\"type\":\"OrderedCollection\",\"orderedItems\":[")
        .expect("room");
    for n in 0..posts {
        let attachment = (n < pictures).then(|| {
            let url = format!("/media_attachments/files/{n}.jpeg");
            json!({ "type": "Document", "mediaType": "image/jpeg", "url": url, "name": "a picture" })
        });
        let (day, minute) = (n / 1_440, n % 1_440);
        let published = format!(
            "2020-{:02}-{:02}T{:02}:{:02}:00Z",
            1 + day / 28 % 12,
            1 + day % 28,
            minute / 60,
            minute % 60
        );
        let object = json!({
            "id": format!("{ME}/statuses/{n}"), "type": "Note", "attributedTo": ME, "inReplyTo": null,
            "published": published,
            "to": ["https://www.w3.org/ns/activitystreams#Public"], "cc": [format!("{ME}/followers")],
            "content": format!("<p>Post number {n} about boats on the lake, with some words more as people write them. #boats</p>"),
            "attachment": attachment.into_iter().collect::<Vec<_>>(),
        });
        let activity = json!({ "type": "Create", "actor": ME, "object": object });
        let comma = if n > 0 { "," } else { "" };
        write!(zip, "{comma}{activity}").expect("room");
    }
    zip.write_all(b"]}").expect("room");
    zip.finish()
        .and_then(|mut file| Ok(file.flush()?))
        .expect("room");
}

/// Imports the archive. Returns the peak memory of the command and of its children, in kB.
fn import(directory: &Path, archive: &Path) -> (u64, u64) {
    let mut command = Command::new(PROGRAM);
    command
        .current_dir(directory)
        .arg("--database")
        .arg(database(directory));
    command.arg("import").arg(archive).args(["--user", "user0"]);
    command.env("QUARTFEED_LIMITS_STORAGE_PER_USER", "20000000000");
    let mut running = command
        .stdout(Stdio::inherit())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let process = running.id().to_string();
    let (mut own, mut sandbox) = (0, 0);
    let peak = |process: &str| status(process, "VmHWM:").unwrap_or(0);
    let ended = loop {
        if let Some(ended) = running.try_wait().expect("it is our child") {
            break ended;
        }
        own = own.max(peak(&process));
        let others = children(&process);
        sandbox = sandbox.max(others.iter().map(|child| peak(child)).max().unwrap_or(0));
        thread::sleep(LOOK_EVERY);
    };
    assert!(ended.success(), "the import failed: {ended}");
    (own, sandbox)
}
