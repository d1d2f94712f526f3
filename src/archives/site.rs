//! The archive of a whole site without its pictures: JSON lines for another site, and pages of what every member may read.

use std::{collections::HashMap, fs::File};

use serde::Serialize;

use super::writer::Archive;
use crate::{
    error::{Error, Result},
    model::{MovedGroup, MovedPerson},
    store::{Snapshot, moves},
    views::{
        exports::Document,
        site_archives::{self, PEOPLE_FILE, ShownNames},
    },
};

/// The version of the format.
const VERSION: u64 = 1;

/// The most bytes of packed text.
const BYTES_MAX: u64 = 4 << 30;

/// The most posts in one page.
const POSTS_PER_PAGE: usize = 200;

/// Packs everything of a site but its pictures into `file`, which is empty. `progress` is told how many posts are written.
///
/// # Errors
/// `Invalid` if it is too large; `StorageUnavailable` if the disk does not take it.
pub(super) fn pack(
    conn: &Snapshot,
    document: &Document<'_>,
    file: File,
    progress: &mut dyn FnMut(u64),
) -> Result<File> {
    let mut archive = Archive::new(file, BYTES_MAX);
    archive.file("site.json")?;
    let head = site_archives::head(document, VERSION, &moves::site_id(conn)?);
    archive.write(format!("{head}\n").as_bytes())?;
    let people = people(conn, &mut archive)?;
    let groups = groups(conn, &mut archive)?;
    archive.file("posts.jsonl")?;
    let mut posts = 0;
    moves::each_post(conn, false, &mut |post| {
        posts += 1;
        progress(posts);
        line(&mut archive, &post)
    })?;
    archive.file("comments.jsonl")?;
    moves::each_comment(conn, &mut |comment| line(&mut archive, &comment))?;
    archive.file(PEOPLE_FILE)?;
    let page = site_archives::people(document, &people, &groups);
    archive.write(page.into_string().as_bytes())?;
    pages(conn, document, &shown(&people), &mut archive)?;
    archive.finish()
}

/// Writes a record on a line of its own.
fn line(archive: &mut Archive, record: &impl Serialize) -> Result<()> {
    let mut line = serde_json::to_vec(record).map_err(Error::internal)?;
    line.push(b'\n');
    archive.write(&line)
}

fn people(conn: &Snapshot, archive: &mut Archive) -> Result<Vec<MovedPerson>> {
    let mut people = Vec::new();
    archive.file("people.jsonl")?;
    moves::each_person(conn, &mut |person| {
        line(archive, &person)?;
        people.push(person);
        Ok(())
    })?;
    // Somebody who is suspended is hidden from everybody.
    people.retain(|person| !person.suspended);
    Ok(people)
}

fn groups(conn: &Snapshot, archive: &mut Archive) -> Result<Vec<MovedGroup>> {
    let mut groups = Vec::new();
    archive.file("groups.jsonl")?;
    moves::each_group(conn, &mut |group| {
        line(archive, &group)?;
        groups.push(group);
        Ok(())
    })?;
    Ok(groups)
}

/// Returns the names that people are shown with.
fn shown(people: &[MovedPerson]) -> ShownNames {
    let named = people.iter().filter(|person| !person.name.is_empty());
    named
        .map(|person| (person.username.clone(), person.name.clone()))
        .collect::<HashMap<_, _>>()
}

/// Writes the pages of posts, the newest post first.
fn pages(
    conn: &Snapshot,
    document: &Document<'_>,
    names: &ShownNames,
    archive: &mut Archive,
) -> Result<()> {
    let (mut items, mut number) = (Vec::new(), 1);
    let page = |archive: &mut Archive, number, goes_on, items: &[_]| {
        archive.file(&site_archives::posts_file(number))?;
        let page = site_archives::posts(document, number, goes_on, items);
        archive.write(page.into_string().as_bytes())
    };
    moves::each_post(conn, true, &mut |post| {
        if !moves::is_open(conn, &post.id)? {
            return Ok(());
        }
        if items.len() == POSTS_PER_PAGE {
            page(archive, number, true, &items)?;
            items.clear();
            number += 1;
        }
        let comments = moves::comments_on(conn, &post.id)?;
        items.push(site_archives::post(document, names, &post, &comments));
        Ok(())
    })?;
    page(archive, number, false, &items)
}
