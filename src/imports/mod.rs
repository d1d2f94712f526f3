//! Archives of other sites, and how their posts come in.
//!
//! `archive` reads a ZIP file or a tar without trusting it, and `records` reads JSON one record at a time. Each format has a file
//! of its own, which makes the same [`ForeignPost`] of whatever it finds. `importer` turns these into posts, and `pictures`
//! encodes their pictures. `moving` reads the archive of a whole site, with its people, groups and comments.
//! `desk` imports the archives that people bring in Settings; all others come by the command line.

mod archive;
mod bluesky;
mod car;
mod cbor;
mod desk;
mod foreign;
mod friendfeed;
mod importer;
mod long_tweets;
mod mastodon;
mod moving;
mod pictures;
mod quartfeed;
mod records;
mod tar_file;
mod ties;
mod twitter;
mod zip_file;

use std::fmt;

use crate::error::Error;

pub use archive::StopFlag;
pub use desk::{ConfirmedImport, ImportDesk};
pub use importer::{ArchiveImporter, ImportRules};

/// The reason why an import ended early.
#[derive(Debug)]
pub enum ImportError {
    /// The archive cannot be read, for this reason. It is a sentence without a full stop.
    Archive(String),
    /// The site did not take a post.
    Site(Error),
    /// It was stopped from outside.
    Stopped,
}

impl From<Error> for ImportError {
    fn from(error: Error) -> ImportError {
        ImportError::Site(error)
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ImportError::Archive(why) => f.write_str(why),
            ImportError::Site(Error::Internal(cause)) => write!(f, "something went wrong: {cause}"),
            ImportError::Site(error) => error.fmt(f),
            ImportError::Stopped => f.write_str("it was stopped"),
        }
    }
}
