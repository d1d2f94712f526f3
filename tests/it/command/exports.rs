//! `quartfeed export`.

use std::{fs, io::Write, os::unix::fs::PermissionsExt};

use crate::harness::{Export, Site, SmallDisk, export::unpacked, images};

/// Returns a path in the directory of a site, as an argument.
fn path(site: &Site, name: &str) -> String {
    let path = site.directory().join(name);
    path.to_str().expect("UTF-8").to_owned()
}

#[test]
fn an_export_of_one_person_is_the_download_of_that_person() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let post = alice.write("with a picture");
    images::put_into(&site, &alice, &post);
    bob.comment(&post, "said bob");
    alice.write("kept #tag");
    let file = path(&site, "alice.zip");
    let said = site.command(&["export", &file, "--user", "alice"]);
    assert_eq!(said.status, Some(0), "{}", said.err);
    assert!(said.out.starts_with(&file), "{}", said.out);
    assert_eq!(said.err, "", "nobody looks");
    let permissions = fs::metadata(&file).expect("a file").permissions();
    assert_eq!(permissions.mode() & 0o777, 0o600);
    let (files, pictures) = unpacked(&fs::read(&file).expect("a file"));
    let download = Export::of(&alice);
    assert_eq!(pictures, download.pictures);
    assert_eq!(pictures.len(), 1);
    assert!(files.keys().eq(download.files.keys()));
    let without_the_date = |data: &str| {
        let mut data: serde_json::Value = serde_json::from_str(data).expect("JSON");
        data["site"].take();
        data
    };
    let data = without_the_date(&files["data.json"]);
    let expected = without_the_date(&download.files["data.json"]);
    assert!(data == expected, "{data}");
}

#[test]
fn an_export_that_cannot_be_written_leaves_no_file() {
    let site = Site::start();
    site.member("alice");
    let refused = |file: &str, name: &str, words: &str| {
        let said = site.command(&["export", file, "--user", name]);
        assert_eq!(said.status, Some(1), "{}", said.out);
        assert!(said.err.contains(words), "{}", said.err);
        assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    };
    let file = path(&site, "alice.zip");
    refused(&file, "nobody", "there is no member called nobody");
    assert!(!fs::exists(&file).expect("readable"));
    fs::write(&file, "mine").expect("written");
    refused(&file, "alice", "this file exists");
    assert_eq!(fs::read(&file).expect("a file"), b"mine");
    let nowhere = path(&site, "nowhere/alice.zip");
    refused(&nowhere, "alice", "there is no such file or directory");
    let disk = SmallDisk::mount();
    let mut filler = fs::File::create(disk.path().join("filler")).expect("a file");
    while filler.write_all(&[7; 1024]).is_ok() {}
    let full = disk.path().join("alice.zip");
    refused(full.to_str().expect("UTF-8"), "alice", "the disk is full");
    let left = fs::read_dir(disk.path()).expect("a directory");
    assert_eq!(left.count(), 1, "the filler");
}
