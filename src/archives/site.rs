//! The archive of a whole site without its pictures: JSON lines for another site, and pages of what every member may read.

use std::{collections::HashSet, fs::File, mem};

use serde::Serialize;

use super::writer::Archive;
use crate::{
    error::{Error, Result},
    model::{MovedComment, MovedGroup, MovedPerson, MovedPost, MovedTies},
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
    pages(
        conn,
        document,
        &OpenNames::of(&people, &groups),
        &mut archive,
    )?;
    archive.finish()
}

/// Writes a record on a line of its own.
fn line(archive: &mut Archive, record: &impl Serialize) -> Result<()> {
    let mut line = serde_json::to_vec(record).map_err(Error::internal)?;
    line.push(b'\n');
    archive.write(&line)
}

/// Writes the people. Returns those whom every member sees, without what ties them to others.
fn people(conn: &Snapshot, archive: &mut Archive) -> Result<Vec<MovedPerson>> {
    let mut people = Vec::new();
    archive.file("people.jsonl")?;
    moves::each_person(conn, &mut |mut person| {
        line(archive, &person)?;
        // Somebody who is suspended is hidden from everybody.
        if !person.suspended {
            person.ties = MovedTies::default();
            people.push(person);
        }
        Ok(())
    })?;
    Ok(people)
}

/// Writes the groups. Returns the public ones, each with the number of its members, but without them.
fn groups(conn: &Snapshot, archive: &mut Archive) -> Result<Vec<(MovedGroup, u64)>> {
    let mut groups = Vec::new();
    archive.file("groups.jsonl")?;
    moves::each_group(conn, &mut |mut group| {
        line(archive, &group)?;
        if !group.private {
            let members = mem::take(&mut group.members);
            let count = members.iter().filter(|member| member.member).count();
            groups.push((group, count as u64));
        }
        Ok(())
    })?;
    Ok(groups)
}

/// The people and groups that every member may know of, people with the names that they are shown with.
struct OpenNames {
    people: ShownNames,
    groups: HashSet<String>,
}

impl OpenNames {
    fn of(people: &[MovedPerson], groups: &[(MovedGroup, u64)]) -> OpenNames {
        let shown = |person: &MovedPerson| {
            if person.name.is_empty() {
                person.username.clone()
            } else {
                person.name.clone()
            }
        };
        OpenNames {
            people: people
                .iter()
                .map(|person| (person.username.clone(), shown(person)))
                .collect(),
            groups: groups.iter().map(|(group, _)| group.name.clone()).collect(),
        }
    }

    /// Takes out of a post what not every member sees.
    fn keep_in(&self, post: &mut MovedPost) {
        post.likes.retain(|name| self.people.contains_key(name));
        post.to
            .retain(|to| to.kind != "group" || self.groups.contains(&to.name));
    }

    /// Takes out of comments what not every member sees.
    fn keep_in_comments(&self, comments: &mut Vec<MovedComment>) {
        comments.retain(|comment| self.people.contains_key(&comment.author));
        for comment in comments {
            comment.likes.retain(|name| self.people.contains_key(name));
        }
    }
}

/// Writes the pages of posts, the newest post first.
fn pages(
    conn: &Snapshot,
    document: &Document<'_>,
    names: &OpenNames,
    archive: &mut Archive,
) -> Result<()> {
    let (mut items, mut number) = (Vec::new(), 1);
    let page = |archive: &mut Archive, number, goes_on, items: &[_]| {
        archive.file(&site_archives::posts_file(number))?;
        let page = site_archives::posts(document, number, goes_on, items);
        archive.write(page.into_string().as_bytes())
    };
    moves::each_post(conn, true, &mut |mut post| {
        let Some(id) = post.id() else {
            return Ok(());
        };
        if !moves::is_open(conn, id)? {
            return Ok(());
        }
        if items.len() == POSTS_PER_PAGE {
            page(archive, number, true, &items)?;
            items.clear();
            number += 1;
        }
        let mut comments = moves::comments_on(conn, id)?;
        names.keep_in(&mut post);
        names.keep_in_comments(&mut comments);
        items.push(site_archives::post(
            document,
            &names.people,
            &post,
            &comments,
        ));
        Ok(())
    })?;
    page(archive, number, false, &items)
}
