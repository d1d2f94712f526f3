//! The archive of a whole site: its people, groups, posts and comments come into this one. A name that is taken here gets
//! a number, and mentions of it follow. Each thing is known again, so that a second import goes on after the first.

mod directory;
mod texts;

use std::{collections::HashMap, mem, thread};

use serde::Deserialize;

use super::{
    ImportError,
    archive::ForeignArchive,
    foreign::ForeignPicture,
    importer::{ArchiveImporter, BYTES_AT_ONCE, PAUSE, POSTS_AT_ONCE},
    records::each_line,
};
use crate::{
    error::Error,
    model::{
        CommentText, ImportOutcome, ImportReport, LeftOut, Message, MovedComment, MovedPost, PostId,
    },
    store::moves::{self, ReadyComment, ReadyPost},
};
use directory::{Directory, ResolvedName};

/// The file that says what the archive is.
const HEAD: &str = "site.json";

/// The version of the format that this program reads.
const VERSION: u64 = 1;

/// The most bytes of the head.
const HEAD_BYTES_MAX: u64 = 1 << 16;

/// The most characters of a text. A site may have had a higher limit than this one, or none that is known.
const TEXT_CHARS_MAX: u32 = 100_000;

/// The most comments of one change.
const COMMENTS_AT_ONCE: usize = 200;

/// The head of an archive.
#[derive(Deserialize)]
struct SiteHead {
    format: String,
    version: u64,
    /// The name by which the site is told from all others.
    #[serde(default)]
    site: String,
}

/// Returns whether an archive is that of a whole site.
pub(super) fn is_one(archive: &ForeignArchive) -> bool {
    archive.at_root(HEAD).is_some() && archive.at_root("people.jsonl").is_some()
}

/// Imports the archive of a whole site.
///
/// # Errors
/// A sentence if it cannot be read, or was made by a newer version; `Site` if the site does not take something.
pub(super) fn import(
    importer: &mut ArchiveImporter<'_>,
    archive: &ForeignArchive,
) -> Result<ImportReport, ImportError> {
    let head = read_head(archive)?;
    if head.site == importer.site.read(moves::site_id)? {
        return Err(ImportError::Archive(
            "this is an archive of this site itself; to bring back what was deleted, restore a backup".into(),
        ));
    }
    let report = ImportReport {
        format: "an archive of a whole site",
        is_dry: importer.rules.is_dry,
        ..ImportReport::default()
    };
    let mut moving = MovingSite {
        importer,
        archive,
        site: head.site,
        report,
        directory: Directory::default(),
        posts: HashMap::new(),
        waiting: Vec::new(),
        waiting_bytes: 0,
        comments: Vec::new(),
    };
    directory::people(&mut moving)?;
    directory::groups(&mut moving)?;
    moving.read("posts.jsonl", |moving, post| moving.post(&post))?;
    moving.flush_posts()?;
    moving.read("comments.jsonl", |moving, comment| moving.comment(&comment))?;
    moving.flush_comments()?;
    Ok(moving.report)
}

fn read_head(archive: &ForeignArchive) -> Result<SiteHead, ImportError> {
    let head: SiteHead = archive.read(place_of(archive, HEAD)?, HEAD_BYTES_MAX, |file| {
        let head = serde_json::from_reader(file);
        head.map_err(|error| ImportError::Archive(format!("{HEAD}: {error}")))
    })?;
    if head.format != "quartfeed site" {
        return Err(ImportError::Archive(format!(
            "{HEAD} is of another program"
        )));
    }
    if head.version > VERSION {
        return Err(ImportError::Archive(
            "it was made by a newer version of QuartFeed; upgrade this one first".into(),
        ));
    }
    Ok(head)
}

fn place_of(archive: &ForeignArchive, name: &str) -> Result<usize, ImportError> {
    let place = archive.at_root(name);
    place.ok_or_else(|| ImportError::Archive(format!("{name} is missing")))
}

/// An import of a whole site that runs.
struct MovingSite<'r, 'i> {
    importer: &'r mut ArchiveImporter<'i>,
    archive: &'r ForeignArchive,
    /// The name by which the other site is told from all others.
    site: String,
    report: ImportReport,
    directory: Directory,
    /// The posts that are here, by their ids there. A dry run has those that would be.
    posts: HashMap<PostId, PostId>,
    /// The posts that wait to be written.
    waiting: Vec<ReadyPost>,
    waiting_bytes: u64,
    comments: Vec<ReadyComment>,
}

impl MovingSite<'_, '_> {
    /// Reads a file of records.
    fn read<T: for<'de> Deserialize<'de>>(
        &mut self,
        name: &str,
        mut take: impl FnMut(&mut Self, T) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        let named = |error| match error {
            ImportError::Archive(why) => ImportError::Archive(format!("{name}, {why}")),
            other => other,
        };
        let archive = self.archive;
        let place = place_of(archive, name)?;
        let read = archive.read(place, u64::MAX, |file| {
            each_line(file, &mut |record| {
                take(self, record)?;
                (self.importer.progress)(&self.report);
                Ok(())
            })
        });
        read.map_err(named)
    }

    fn post(&mut self, post: &MovedPost) -> Result<(), ImportError> {
        let (Some(author), Some(places)) = (
            self.directory.person(&post.author),
            self.directory.places(post),
        ) else {
            self.report.leave_out(LeftOut::Nowhere, 1);
            return Ok(());
        };
        let (key, there) = (post.key(), post.id());
        if let ResolvedName::Here(author) = author {
            let here = self
                .importer
                .site
                .read(|conn| moves::post_here(conn, author, key, there))?;
            if let Some(here) = here {
                self.report.known += 1;
                self.posts.extend(there.map(|there| (there, here)));
                return Ok(());
            }
        }
        let text = self.directory.renamed(&post.message);
        let Ok(message) = Message::imported_or_none(&text, self.chars_max()) else {
            self.report.leave_out(LeftOut::Unreadable, 1);
            return Ok(());
        };
        let files: Vec<_> = post
            .images
            .iter()
            .map(|image| ForeignPicture {
                file: self.archive.like(&image.file),
                alt: image.alt.clone(),
            })
            .collect();
        let encoder = self.importer.encoder(self.archive);
        let Some(pictures) = encoder.of_post(&files, &mut self.report) else {
            return Ok(());
        };
        let author = match author {
            ResolvedName::Here(author) if !self.importer.rules.is_dry => author,
            _ => {
                self.report.posts += 1;
                self.posts.extend(there.map(|there| (there, there)));
                return Ok(());
            }
        };
        if message.is_empty() && pictures.is_empty() {
            self.report.leave_out(LeftOut::Empty, 1);
            return Ok(());
        }
        let bytes = pictures.iter().map(|(picture, _)| picture.charge());
        self.waiting_bytes += bytes.sum::<u64>();
        let ready = ReadyPost {
            key,
            id: there,
            author,
            places,
            message,
            pictures,
            written_at: post.created_at,
            edited_at: post.edited_at,
            likes: self.directory.people(&post.likes),
        };
        self.waiting.push(ready);
        if self.waiting.len() >= POSTS_AT_ONCE || self.waiting_bytes >= BYTES_AT_ONCE {
            self.flush_posts()?;
        }
        Ok(())
    }

    fn chars_max(&self) -> u32 {
        let rules = &self.importer.rules;
        rules
            .post_chars
            .max(rules.comment_chars)
            .max(TEXT_CHARS_MAX)
    }

    /// Writes the posts that wait.
    fn flush_posts(&mut self) -> Result<(), ImportError> {
        let waiting = mem::take(&mut self.waiting);
        self.waiting_bytes = 0;
        if waiting.is_empty() {
            return Ok(());
        }
        let storage_max = self.importer.rules.storage_max;
        let outcomes = self.importer.site.write(self.importer.now, |tx| {
            let added = waiting
                .iter()
                .map(|post| moves::add_post(tx, post, storage_max));
            added.collect::<Result<Vec<_>, Error>>()
        })?;
        for (post, (outcome, here)) in waiting.iter().zip(outcomes) {
            match outcome {
                ImportOutcome::Added => {
                    self.report.posts += 1;
                    self.report.pictures += post.pictures.len() as u64;
                }
                ImportOutcome::Known => self.report.known += 1,
                ImportOutcome::NoRoom => self.report.leave_out(LeftOut::NoRoom, 1),
            }
            self.posts.extend(post.id.zip(here));
        }
        thread::sleep(PAUSE);
        Ok(())
    }

    fn comment(&mut self, comment: &MovedComment) -> Result<(), ImportError> {
        let there: Option<PostId> = comment.post.parse().ok();
        let (Some(author), Some(post)) = (
            self.directory.person(&comment.author),
            there.and_then(|there| self.posts.get(&there).copied()),
        ) else {
            self.report.leave_out(LeftOut::Comment, 1);
            return Ok(());
        };
        let is_known = self
            .importer
            .site
            .read(|conn| moves::knows_comment(conn, post, comment))?;
        if is_known {
            return Ok(());
        }
        let text = self.directory.renamed(&comment.comment);
        let Ok(text) = CommentText::parse(&text, self.chars_max()) else {
            self.report.leave_out(LeftOut::Comment, 1);
            return Ok(());
        };
        match author {
            ResolvedName::Here(author) if !self.importer.rules.is_dry => {
                self.comments.push(ReadyComment {
                    key: comment.key(),
                    post,
                    author,
                    text,
                    written_at: comment.created_at,
                    edited_at: comment.edited_at,
                    likes: self.directory.people(&comment.likes),
                });
                if self.comments.len() >= COMMENTS_AT_ONCE {
                    self.flush_comments()?;
                }
            }
            _ => self.report.comments += 1,
        }
        Ok(())
    }

    /// Writes the comments that wait.
    fn flush_comments(&mut self) -> Result<(), ImportError> {
        let waiting = mem::take(&mut self.comments);
        if waiting.is_empty() {
            return Ok(());
        }
        let added = self.importer.site.write(self.importer.now, |tx| {
            let mut added = 0;
            for comment in &waiting {
                added += u64::from(moves::add_comment(tx, comment)?);
            }
            Ok(added)
        })?;
        self.report.comments += added;
        thread::sleep(PAUSE);
        Ok(())
    }
}
