//! `quartfeed import`, with archives that are made here.

mod bluesky;
mod friendfeed;
mod hostile;
mod limits;
mod mastodon;
mod odd_sites;
mod quartfeed;
mod settings;
mod site;
mod ties;
mod twitter;

use std::{
    fs,
    io::{Cursor, Read, Write},
};

use flate2::{Compression, write::GzEncoder};
use serde_json::Value;
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::harness::{Said, Site};

/// Returns a ZIP file.
fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default())
            .expect("a new name");
        zip.write_all(bytes).expect("memory");
    }
    zip.finish().expect("memory").into_inner()
}

/// Returns a tar that is packed by gzip.
fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::best()));
    for (name, bytes) in files {
        let mut header = tar::Header::new_ustar();
        // Any name, also one that no honest program writes.
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        tar.append(&header, *bytes).expect("memory");
    }
    let packed = tar.into_inner().expect("memory");
    packed.finish().expect("memory")
}

/// Returns the files of a ZIP file as a tar.
fn as_tar(archive: &[u8]) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(archive)).expect("an archive");
    let mut files = Vec::new();
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).expect("a file");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("its content");
        let name = file.name().expect("a name").into_owned();
        files.push((name, bytes));
    }
    let files: Vec<_> = files
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    tar(&files)
}

/// Runs `quartfeed import` with an archive, for alice.
fn run(site: &Site, archive: &[u8], more: &[&str]) -> Said {
    run_for(site, archive, &[&["--user", "alice"], more].concat())
}

/// Runs `quartfeed import` with an archive and further arguments.
fn run_for(site: &Site, archive: &[u8], more: &[&str]) -> Said {
    let file = site.directory().join("archive.zip");
    fs::write(&file, archive).expect("written");
    let mut arguments = vec!["import", file.to_str().expect("UTF-8")];
    arguments.extend(more);
    let said = site.command(&arguments);
    fs::remove_file(&file).expect("it is there");
    said
}

/// Imports an archive for alice, and returns the report.
fn import(site: &Site, archive: &[u8]) -> String {
    let said = run(site, archive, &[]);
    assert_eq!(said.status, Some(0), "{}", said.err);
    said.out
}

/// Asserts that an archive is refused with these words in one line, and that nothing is left of it.
fn refuse(site: &Site, archive: &[u8], words: &str) {
    let before = names(site);
    let said = run(site, archive, &[]);
    assert_eq!(said.status, Some(1), "{}", said.out);
    assert!(said.err.contains(words), "{}", said.err);
    assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    assert_eq!(names(site), before);
}

/// Returns the names of the files beside the database.
fn names(site: &Site) -> Vec<String> {
    let files = fs::read_dir(site.directory()).expect("a directory");
    let names = files.map(|file| file.expect("a file").file_name());
    let mut names: Vec<_> = names
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Returns the posts of alice as the API tells of them to somebody, the newest first.
fn posts(site: &Site, reader: &str) -> Vec<Value> {
    let page = site.script(reader).get("/users/alice/posts").json();
    page["posts"].as_array().expect("a list").clone()
}

/// Returns their texts.
fn texts(site: &Site, reader: &str) -> Vec<String> {
    let posts = posts(site, reader);
    let texts = posts.iter().map(|post| post["message"].as_str());
    texts.map(|text| text.expect("a text").to_owned()).collect()
}
