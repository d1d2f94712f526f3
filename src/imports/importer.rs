//! The import itself: things of an archive become posts, in short changes between which the site goes on.

use std::{collections::HashSet, fs::File, path::PathBuf, thread, time::Duration};

use super::{
    ImportError,
    archive::ForeignArchive,
    foreign::{ForeignAudience, ForeignFormat, ForeignPost, FoundThing},
    moving,
    pictures::PictureEncoder,
};
use crate::{
    config::Config,
    error::{Error, Result},
    model::{
        ImportKey, ImportOutcome, ImportReport, ImportedPost, LeftOut, Message, Timestamp, UserId,
        parts,
    },
    pictures::{ImageQueue, PictureLimits},
    store::{Visit, feeds, imports},
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
            is_dry: false,
        }
    }
}

/// An import into the feed of one person, or of a whole site.
pub struct ArchiveImporter<'i> {
    pub site: &'i mut Visit,
    /// The person whose feed the posts come into. None for the archive of a whole site.
    pub user: Option<UserId>,
    pub now: Timestamp,
    pub rules: ImportRules,
    pub queue: &'i ImageQueue,
    /// Is told how far the import is.
    pub progress: &'i mut dyn FnMut(&ImportReport),
}

/// An import that runs.
struct RunningImport<'r, 'i> {
    importer: &'r mut ArchiveImporter<'i>,
    user: UserId,
    archive: &'r ForeignArchive,
    format: ForeignFormat,
    /// True if only followers read the feed that the posts come into.
    is_private: bool,
    report: ImportReport,
    waiting: Vec<ImportedPost>,
    waiting_bytes: u64,
    /// The posts that were looked at before, so that a dry run counts none twice.
    seen: HashSet<ImportKey>,
}

impl ArchiveImporter<'_> {
    /// Imports an archive. What is here already is not added again.
    ///
    /// # Errors
    /// A sentence if the archive cannot be read, or not to its end, or is of the other kind; `Site` if the site does not
    /// take something. What came before that is imported.
    pub fn import(&mut self, file: File) -> Result<ImportReport, ImportError> {
        let archive = ForeignArchive::open(file, &self.rules.spool_directory)?;
        match (self.user, moving::is_one(&archive)) {
            (None, true) => moving::import(self, &archive),
            (Some(user), false) => self.import_posts(&archive, user),
            (Some(_), true) => Err(ImportError::Archive(
                "this is the archive of a whole site; import it without --user".into(),
            )),
            (None, false) => Err(ImportError::Archive(
                "this is no archive of a whole site; say with --user NAME whose posts it has"
                    .into(),
            )),
        }
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
    ) -> Result<ImportReport, ImportError> {
        let format = ForeignFormat::of(archive)?;
        let mut running = RunningImport {
            is_private: self.site.read(|conn| feeds::own(conn, user))?.is_private,
            report: ImportReport {
                format: format.title(),
                is_dry: self.rules.is_dry,
                ..ImportReport::default()
            },
            importer: self,
            user,
            archive,
            format,
            waiting: Vec::new(),
            waiting_bytes: 0,
            seen: HashSet::new(),
        };
        let read = format.read(archive, &mut |thing| running.take(thing));
        if !matches!(read, Err(ImportError::Site(_))) {
            running.flush()?;
        }
        read.map(|()| running.report)
    }
}

impl RunningImport<'_, '_> {
    fn take(&mut self, thing: FoundThing) -> Result<(), ImportError> {
        match thing {
            FoundThing::LeftOut(reason, count) => self.report.leave_out(reason, count),
            FoundThing::Post(post) => self.post(&post)?,
        }
        (self.importer.progress)(&self.report);
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
            texts.push(message);
        }
        let rest: Vec<Message> = texts.drain(1..).filter(|part| !part.is_empty()).collect();
        let message = texts.remove(0);
        let encoder = self.importer.encoder(self.archive);
        let Some(pictures) = encoder.of_post(&post.pictures, &mut self.report) else {
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
    fn flush(&mut self) -> Result<(), ImportError> {
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
        let (user, storage_max) = (self.user, self.importer.rules.storage_max);
        let outcomes = self.importer.site.write(self.importer.now, move |tx| {
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
