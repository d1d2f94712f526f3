//! Archives that are damaged, or made to do harm.

use std::io::{Cursor, Write};

use zip::{ZipWriter, write::SimpleFileOptions};

use super::{import, refuse, run, tar, zip};
use crate::harness::{Site, samples::bomb};

#[test]
fn archives_that_harm_are_refused_in_one_line_and_leave_nothing() {
    let site = Site::start();
    site.member("alice");
    let outbox = b"{\"orderedItems\":[]}".as_slice();
    refuse(&site, b"", "no ZIP file");
    refuse(&site, b"words", "no ZIP file");
    refuse(
        &site,
        &zip(&[("words.txt", b"hello")]),
        "no archive of QuartFeed, Mastodon",
    );
    for name in [
        "../outbox.json",
        "a/../../b",
        "/etc/passwd",
        "a\\b",
        "c:evil",
    ] {
        let archive = zip(&[("outbox.json", outbox), (name, b"x")]);
        refuse(&site, &archive, "a name outside of it");
    }
    let damaged = zip(&[("outbox.json", b"{\"orderedItems\":[{]}")]);
    refuse(&site, &damaged, "it is damaged");
    let whole = zip(&[("outbox.json", outbox)]);
    refuse(&site, &whole[..whole.len() / 2], "no ZIP file");
    // An archive within an archive is never opened.
    let mut nested = whole;
    for _ in 0..42 {
        nested = zip(&[("inner.zip", &nested)]);
    }
    refuse(&site, &nested, "no archive of QuartFeed, Mastodon");
    assert_eq!(site.count("posts"), 0);
}

#[test]
fn an_archive_of_a_million_files_is_refused_before_it_is_listed() {
    let site = Site::start();
    site.member("alice");
    let mut archive = zip(&[("outbox.json", b"{}")]);
    let end = archive.len() - 22;
    archive[end + 8..end + 12].copy_from_slice(&[0xff; 4]);
    let mut long_end = b"PK\x06\x06".to_vec();
    long_end.extend([0; 28]);
    long_end.extend(1_000_000_u64.to_le_bytes());
    long_end.extend([0; 16]);
    let short_end = archive.split_off(end);
    archive.extend(long_end);
    archive.extend(short_end);
    refuse(&site, &archive, "more than 150000 files");
}

#[test]
fn text_without_an_end_is_refused_while_it_is_unpacked() {
    let site = Site::start();
    site.member("alice");
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("outbox.json", SimpleFileOptions::default())
        .expect("a new name");
    zip.write_all(b"{\"orderedItems\":[\"").expect("memory");
    let zeros = vec![b'0'; 1 << 20];
    for _ in 0..64 {
        zip.write_all(&zeros).expect("memory");
    }
    let archive = zip.finish().expect("memory").into_inner();
    assert!(archive.len() < 1 << 20, "it is packed");
    refuse(&site, &archive, "longer than any real one");
}

#[test]
fn a_picture_that_harms_is_left_out_and_the_post_comes_in() {
    let site = Site::start();
    site.member("alice");
    let attachment = |n: u32| format!("{{\"mediaType\":\"image/png\",\"url\":\"/media/{n}.png\"}}");
    let outbox = format!(
        "{{\"orderedItems\":[{{\"type\":\"Create\",\"object\":{{\"id\":\"x\",\"published\":\"2020-01-01T00:00:00Z\",\
         \"to\":\"as:Public\",\"content\":\"kept\",\"attachment\":[{},{},{}]}}}}]}}",
        attachment(1),
        attachment(2),
        attachment(3)
    );
    let zeros = vec![0; 40 << 20];
    let archive = zip(&[
        ("outbox.json", outbox.as_bytes()),
        ("media/1.png", &bomb()),
        ("media/2.png", &zeros),
        ("media/3.png", b"<svg></svg>"),
    ]);
    let report = import(&site, &archive);
    assert_eq!(
        report,
        "an archive of Mastodon\n1 post imported\nleft out: 3 pictures that cannot be used here\n"
    );
    assert_eq!(site.count("images"), 0);
}

#[test]
fn an_archive_that_breaks_off_keeps_what_was_read_and_says_so() {
    let site = Site::start();
    site.member("alice");
    let item = |n: u32| {
        format!(
            "{{\"type\":\"Create\",\"object\":{{\"id\":\"{n}\",\"published\":\"2020-01-01T00:00:00Z\",\
             \"to\":\"as:Public\",\"content\":\"post {n}\"}}}},"
        )
    };
    let items: String = (0..120).map(item).collect();
    let cut = format!("{{\"orderedItems\":[{items}{{\"type\"");
    let said = run(&site, &zip(&[("outbox.json", cut.as_bytes())]), &[]);
    assert_eq!(said.status, Some(1));
    assert!(
        said.err.contains("it is damaged") && said.err.contains("posts were imported"),
        "{}",
        said.err
    );
    assert_eq!(site.count("posts"), 120);
    let missing = run(&site, &[], &["--dry-run"]);
    assert_eq!(missing.status, Some(1));
    let nobody = site.command(&["import", "nowhere.zip", "--user", "alice"]);
    assert!(nobody.err.contains("nowhere.zip: "), "{}", nobody.err);
}

#[test]
fn tars_that_harm_are_refused_in_one_line_and_leave_nothing() {
    let site = Site::start();
    site.member("alice");
    let outbox = b"{\"orderedItems\":[]}".as_slice();
    let whole = tar(&[("outbox.json", outbox)]);
    assert!(import(&site, &whole).contains("0 posts imported"));
    refuse(&site, &whole[..whole.len() / 2], "no .tar.gz file");
    refuse(&site, &tar(&[]), "no archive of QuartFeed, Mastodon");
    for name in ["../outbox.json", "/etc/passwd"] {
        let archive = tar(&[("outbox.json", outbox), (name, b"x")]);
        refuse(&site, &archive, "a name outside of it");
    }
    let zeros = vec![0; 64 << 20];
    let bomb = tar(&[("outbox.json", outbox), ("media/1.png", &zeros)]);
    refuse(&site, &bomb, "larger than any real one");
    assert_eq!(site.count("posts"), 0);
}
