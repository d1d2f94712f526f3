//! The import itself: things of an archive become posts, in short changes between which the site goes on.

use std::{collections::HashSet, fs::File, path::PathBuf, thread, time::Duration};

use super::{
    ImportError,
    archive::{ForeignArchive, StopFlag},
    foreign::{ForeignAudience, ForeignFormat, ForeignPost, FoundThing},
    moving,
    pictures::PictureEncoder,
};
use crate::{
    config::Config,
    error::{Error, Result},
    model::{
        Bytes, ImportKey, ImportOutcome, ImportReport, ImportedPost, LeftOut, Message, Timestamp,
        UserId, parts,
    },
    pictures::{ImageQueue, PictureLimits},
    store::{
        Visit, feeds, files,
        imports::{self, ImportSite},
    },
};

/// The most posts of one change, and the bytes of pictures after which it is made. Others who write wait for it.
pub(super) const POSTS_AT_ONCE: usize = 50;
pub(super) const BYTES_AT_ONCE: u64 = 4 << 20;

/// The pause after each change, in which others write.
pub(super) const PAUSE: Duration = Duration::from_millis(2);

/// The limits of a site for imports.
#[derive(Debug, Clone)]
pub struct ImportRules {
    pub post_chars: u32,
    pub comment_chars: u32,
    pub images_per_post: u32,
    pub picture: PictureLimits,
    /// The most bytes of one person's pictures.
    pub storage_max: u64,
    /// The folder for files that are gone when they are closed.
    pub spool_directory: PathBuf,
    /// The most bytes of text that come in. The command has no such limit.
    pub text_bytes_max: u64,
    /// The most posts and other things of an archive, and the most people whom its owner followed there. The command has no
    /// such limits.
    pub things_max: u64,
    pub followed_max: u64,
    /// The bytes that stay free on the disk.
    pub keeps_free: u64,
    /// Set from outside to end the import.
    pub stop: StopFlag,
    /// True if people here are followed who have the names of those whom the person followed elsewhere.
    pub follows: bool,
    /// True if the person has to be here still whenever something is written. An operator may import for somebody who is
    /// suspended.
    pub checks_presence: bool,
    /// True if nothing is to be written.
    pub is_dry: bool,
}

impl ImportRules {
    /// Returns the rules that a site is configured with.
    pub fn of(config: &Config) -> ImportRules {
        let limits = &config.limits;
        ImportRules {
            post_chars: limits.post_chars,
            comment_chars: limits.comment_chars,
            images_per_post: limits.images_per_post,
            picture: PictureLimits {
                bytes: limits.image_bytes.into(),
                pixels: limits.image_pixels.into(),
            },
            storage_max: limits.storage_per_user,
            spool_directory: config.database.directory(),
            text_bytes_max: u64::MAX,
            things_max: u64::MAX,
            followed_max: u64::MAX,
            keeps_free: 0,
            stop: StopFlag::default(),
            follows: false,
            checks_presence: false,
            is_dry: false,
        }
    }
}

/// An import into the feed of one person, or of a whole site.
pub struct ArchiveImporter<'i, S = Visit> {
    pub site: &'i mut S,
    /// The person whose feed the posts come into. None for the archive of a whole site.
    pub user: Option<UserId>,
    pub now: Timestamp,
    pub rules: ImportRules,
    pub queue: &'i ImageQueue,
    /// Is told how far the import is.
    pub progress: &'i mut dyn FnMut(&ImportReport),
}

/// An import that runs.
pub(super) struct RunningImport<'r, 'i, S> {
    pub(super) importer: &'r mut ArchiveImporter<'i, S>,
    pub(super) user: UserId,
    archive: &'r ForeignArchive,
    pub(super) format: ForeignFormat,
    /// True if only followers read the feed that the posts come into.
    is_private: bool,
    pub(super) report: &'r mut ImportReport,
    /// The bytes of all texts so far.
    text_bytes: u64,
    /// The number of things so far, and of people whom the owner followed there.
    things: u64,
    followed: u64,
    waiting: Vec<ImportedPost>,
    waiting_bytes: u64,
    /// The posts that were looked at before, so that a dry run counts none twice.
    pub(super) seen: HashSet<ImportKey>,
}

impl ArchiveImporter<'_> {
    /// Imports an archive. What is here already is not added again.
    ///
    /// # Errors
    /// A sentence if the archive cannot be read, or not to its end, or is of the other kind; `Site` if the site does not
    /// take something. What came before that is imported.
    pub fn import(&mut self, file: File) -> Result<ImportReport, ImportError> {
        let archive = ForeignArchive::open(file, &self.rules)?;
        match (self.user, moving::is_one(&archive)) {
            (None, true) => moving::import(self, &archive),
            (Some(user), false) => {
                let mut report = ImportReport::default();
                let imported = self.import_posts(&archive, user, &mut report);
                imported.map(|()| report)
            }
            (Some(_), true) => Err(ImportError::Archive(
                "this is the archive of a whole site; import it without --user".into(),
            )),
            (None, false) => Err(ImportError::Archive(
                "this is no archive of a whole site; say with --user NAME whose posts it has"
                    .into(),
            )),
        }
    }
}

impl<S: ImportSite> ArchiveImporter<'_, S> {
    /// Imports an archive into the feed of a person. The report says what was done, also if that ends early.
    ///
    /// # Errors
    /// A sentence if the archive cannot be read, or not to its end; `Site` if the site does not take something; `Stopped`.
    pub fn import_for(
        &mut self,
        user: UserId,
        file: File,
        report: &mut ImportReport,
    ) -> Result<(), ImportError> {
        let imported = ForeignArchive::open(file, &self.rules).and_then(|archive| {
            if moving::is_one(&archive) {
                let why = "this is the archive of a whole site, which its operator imports";
                return Err(ImportError::Archive(why.into()));
            }
            self.import_posts(&archive, user, report)
        });
        imported.map_err(|error| match error {
            _ if self.rules.stop.is_set() => ImportError::Stopped,
            error => error,
        })
    }

    /// Returns the encoder of the pictures of an archive.
    pub(super) fn encoder<'e>(&'e self, archive: &'e ForeignArchive) -> PictureEncoder<'e> {
        PictureEncoder {
            archive,
            rules: &self.rules,
            queue: self.queue,
        }
    }

    fn import_posts(
        &mut self,
        archive: &ForeignArchive,
        user: UserId,
        report: &mut ImportReport,
    ) -> Result<(), ImportError> {
        let format = ForeignFormat::of(archive)?;
        *report = ImportReport {
            format: format.title(),
            warning: format.warning(),
            is_dry: self.rules.is_dry,
            ..ImportReport::default()
        };
        let mut running = RunningImport {
            is_private: self.site.read(|conn| feeds::own(conn, user))?.is_private,
            report,
            importer: self,
            user,
            archive,
            format,
            text_bytes: 0,
            things: 0,
            followed: 0,
            waiting: Vec::new(),
            waiting_bytes: 0,
            seen: HashSet::new(),
        };
        let read = format.read(archive, &mut |thing| running.take(thing));
        if matches!(read, Ok(()) | Err(ImportError::Archive(_))) {
            running.flush()?;
        }
        read
    }
}

impl<S: ImportSite> RunningImport<'_, '_, S> {
    fn take(&mut self, thing: FoundThing) -> Result<(), ImportError> {
        if self.importer.rules.stop.is_set() {
            return Err(ImportError::Stopped);
        }
        self.count(&thing)?;
        match thing {
            FoundThing::LeftOut(reason, count) => self.report.leave_out(reason, count),
            FoundThing::Post(post) => self.post(&post)?,
            FoundThing::Follow(name) => self.follow(&name)?,
            FoundThing::Saved(id) => self.save(&id)?,
            FoundThing::Liked(id) => self.like(&id)?,
            FoundThing::Elsewhere(reason, address) => {
                self.report.leave_elsewhere(reason, &address);
            }
        }
        (self.importer.progress)(self.report);
        Ok(())
    }

    /// Counts a thing, of which there may be as many as the rules say.
    fn count(&mut self, thing: &FoundThing) -> Result<(), ImportError> {
        let rules = &self.importer.rules;
        let (count, most, what) = if matches!(thing, FoundThing::Follow(_)) {
            (&mut self.followed, rules.followed_max, "people in its list")
        } else {
            (&mut self.things, rules.things_max, "posts and other things")
        };
        *count += 1;
        if *count > most {
            return Err(ImportError::Archive(format!(
                "it has more than {most} {what}, which is too much for Settings; the operator can import it with \
                 `quartfeed import`"
            )));
        }
        Ok(())
    }

    fn post(&mut self, post: &ForeignPost) -> Result<(), ImportError> {
        match post.audience {
            ForeignAudience::Everybody => {}
            // A feed that only followers read is no place where more people would read it.
            ForeignAudience::Followers if self.is_private => {}
            ForeignAudience::Followers => {
                self.report.leave_out(LeftOut::Followers, 1);
                return Ok(());
            }
            ForeignAudience::Others => {
                self.report.leave_out(LeftOut::Others, 1);
                return Ok(());
            }
        }
        let key = ImportKey::of(self.format.key(), &post.id);
        if !self.seen.insert(key) || self.is_known(key, post)? {
            self.report.known += 1;
            return Ok(());
        }
        let Some(ready) = self.prepared(post, key)? else {
            return Ok(());
        };
        let bytes = ready.pictures.iter().map(|(picture, _)| picture.charge());
        self.waiting_bytes += bytes.sum::<u64>();
        self.waiting.push(ready);
        if self.waiting.len() >= POSTS_AT_ONCE || self.waiting_bytes >= BYTES_AT_ONCE {
            self.flush()?;
        }
        Ok(())
    }

    fn is_known(&self, key: ImportKey, post: &ForeignPost) -> Result<bool> {
        let user = self.user;
        let own = match self.format {
            ForeignFormat::QuartFeed => post.id.parse().ok(),
            _ => None,
        };
        self.importer.site.read(|conn| {
            // An archive of this site itself.
            let is_own = own.map_or(Ok(false), |id| imports::is_own(conn, user, id))?;
            Ok(is_own || imports::is_known(conn, user, key)?)
        })
    }

    /// Returns a post with its pictures encoded. Returns none if it is left out.
    fn prepared(
        &mut self,
        post: &ForeignPost,
        key: ImportKey,
    ) -> Result<Option<ImportedPost>, ImportError> {
        let chars_max = self.importer.rules.post_chars;
        let mut texts = Vec::new();
        for part in parts(&post.text, chars_max) {
            let Ok(message) = Message::imported_or_none(part, chars_max) else {
                self.report.leave_out(LeftOut::Unreadable, 1);
                return Ok(None);
            };
            self.text_bytes += message.as_str().len() as u64;
            texts.push(message);
        }
        if self.text_bytes > self.importer.rules.text_bytes_max {
            let most = Bytes(self.importer.rules.text_bytes_max);
            return Err(ImportError::Archive(format!(
                "its posts have more than {most} of text, which is too much for Settings; the operator can import it with \
                 `quartfeed import`"
            )));
        }
        let rest: Vec<Message> = texts.drain(1..).filter(|part| !part.is_empty()).collect();
        let message = texts.remove(0);
        let encoder = self.importer.encoder(self.archive);
        let Some(pictures) = encoder.of_post(&post.pictures, self.report) else {
            return Ok(None);
        };
        let has_pictures = if self.importer.rules.is_dry {
            post.pictures.iter().any(|picture| picture.file.is_some())
        } else {
            !pictures.is_empty()
        };
        if message.is_empty() && !has_pictures {
            self.report.leave_out(LeftOut::Empty, 1);
            return Ok(None);
        }
        self.report.split += u64::from(!rest.is_empty());
        Ok(Some(ImportedPost {
            key,
            message,
            rest,
            pictures,
            written_at: post.written_at,
        }))
    }

    /// Writes the posts that wait.
    pub(super) fn flush(&mut self) -> Result<(), ImportError> {
        let mut posts = std::mem::take(&mut self.waiting);
        if self.format.is_newest_first() {
            posts.reverse();
        }
        self.waiting_bytes = 0;
        if posts.is_empty() {
            return Ok(());
        }
        if self.importer.rules.is_dry {
            self.report.posts += posts.len() as u64;
            return Ok(());
        }
        let rules = &self.importer.rules;
        if files::free_bytes(&rules.spool_directory).is_some_and(|free| free < rules.keeps_free) {
            return Err(ImportError::Archive("the disk is nearly full".into()));
        }
        let (user, storage_max) = (self.user, rules.storage_max);
        let checks_presence = rules.checks_presence;
        let outcomes = self.importer.site.write(self.importer.now, move |tx| {
            if checks_presence {
                imports::check_here(tx, user)?;
            }
            let add = |post: ImportedPost| {
                let outcome = imports::add(tx, user, &post, storage_max)?;
                Ok((outcome, post.pictures.len() as u64))
            };
            posts
                .into_iter()
                .map(add)
                .collect::<Result<Vec<_>, Error>>()
        })?;
        for (outcome, pictures) in outcomes {
            match outcome {
                ImportOutcome::Added => {
                    self.report.posts += 1;
                    self.report.pictures += pictures;
                }
                ImportOutcome::Known => self.report.known += 1,
                ImportOutcome::NoRoom => self.report.leave_out(LeftOut::NoRoom, 1),
            }
        }
        thread::sleep(PAUSE);
        Ok(())
    }
}
