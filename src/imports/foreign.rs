//! Posts of other sites in one form, and which format an archive has.

use super::{
    ImportError, archive::ForeignArchive, bluesky, friendfeed, mastodon, quartfeed, twitter,
};
use crate::model::{LeftOut, Timestamp};

/// A post as another site wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ForeignPost {
    /// The id that it has there.
    pub(super) id: String,
    pub(super) text: String,
    pub(super) written_at: Timestamp,
    pub(super) audience: ForeignAudience,
    pub(super) pictures: Vec<ForeignPicture>,
}

/// The people who could read a post there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ForeignAudience {
    Everybody,
    Followers,
    /// Certain people or groups.
    Others,
}

/// A picture of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ForeignPicture {
    /// The place of its file in the archive. None if the file is not there.
    pub(super) file: Option<usize>,
    pub(super) alt: String,
}

/// A thing in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FoundThing {
    Post(ForeignPost),
    LeftOut(LeftOut, u64),
    /// A person whom the owner of the archive followed there.
    Follow(ForeignName),
    /// A post that the owner kept there, by its id.
    Saved(String),
    /// A post that the owner liked there, by its id.
    Liked(String),
    /// A thing on another site, with its address.
    Elsewhere(LeftOut, String),
}

/// The name of a person there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ForeignName {
    /// The name without the site. It may be none that people have here.
    pub(super) username: String,
    /// The whole name or the address, for the list of what is on other sites.
    pub(super) address: String,
}

/// The receiver of each thing in an archive.
pub(super) type TakeThing<'t> = &'t mut dyn FnMut(FoundThing) -> Result<(), ImportError>;

/// A format of archives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ForeignFormat {
    QuartFeed,
    Mastodon,
    Twitter,
    FriendFeed,
    Bluesky,
}

impl ForeignFormat {
    /// Returns the format of an archive, by the files in it.
    ///
    /// # Errors
    /// A sentence if it is none that is known.
    pub(super) fn of(archive: &ForeignArchive) -> Result<ForeignFormat, ImportError> {
        let known = [
            ForeignFormat::QuartFeed,
            ForeignFormat::Mastodon,
            ForeignFormat::Twitter,
            ForeignFormat::Bluesky,
            ForeignFormat::FriendFeed,
        ];
        let found = known.into_iter().find(|format| format.is_of(archive));
        found.ok_or_else(|| {
            ImportError::Archive(
                "this is no archive of QuartFeed, Mastodon, Twitter, Bluesky or FriendFeed: it has neither data.json nor \
                 outbox.json, data/tweets.js, a .car file or entries of FriendFeed"
                    .into(),
            )
        })
    }

    fn is_of(self, archive: &ForeignArchive) -> bool {
        match self {
            ForeignFormat::QuartFeed => quartfeed::is_one(archive),
            ForeignFormat::Mastodon => mastodon::is_one(archive),
            ForeignFormat::Twitter => twitter::is_one(archive),
            ForeignFormat::FriendFeed => friendfeed::is_one(archive),
            ForeignFormat::Bluesky => bluesky::is_one(archive),
        }
    }

    /// Returns the name for people.
    pub(super) fn title(self) -> &'static str {
        match self {
            ForeignFormat::QuartFeed => "an archive of QuartFeed",
            ForeignFormat::Mastodon => "an archive of Mastodon",
            ForeignFormat::Twitter => "an archive of Twitter",
            ForeignFormat::FriendFeed => "an archive of FriendFeed",
            ForeignFormat::Bluesky => "an archive of Bluesky",
        }
    }

    /// Returns what its owner must know before the import; empty if there is nothing.
    pub(super) fn warning(self) -> &'static str {
        match self {
            ForeignFormat::Twitter => {
                "it does not say whether your account was protected: if it was, make your feed here private first, or everybody can read these posts"
            }
            _ => "",
        }
    }

    /// Returns the name for the keys of imported posts, which never changes.
    pub(super) fn key(self) -> &'static str {
        match self {
            ForeignFormat::QuartFeed => "quartfeed",
            ForeignFormat::Mastodon => "mastodon",
            ForeignFormat::Twitter => "twitter",
            ForeignFormat::FriendFeed => "friendfeed",
            ForeignFormat::Bluesky => "bluesky",
        }
    }

    /// Returns whether the newest posts come first, so that those of one second are in the order of the archive again.
    pub(super) fn is_newest_first(self) -> bool {
        matches!(self, ForeignFormat::QuartFeed | ForeignFormat::Twitter)
    }

    /// Reads all things of an archive, one after the other.
    ///
    /// # Errors
    /// A sentence if it cannot be read, and those of `take`.
    pub(super) fn read(
        self,
        archive: &ForeignArchive,
        take: TakeThing<'_>,
    ) -> Result<(), ImportError> {
        match self {
            ForeignFormat::QuartFeed => quartfeed::read(archive, take),
            ForeignFormat::Mastodon => mastodon::read(archive, take),
            ForeignFormat::Twitter => twitter::read(archive, take),
            ForeignFormat::FriendFeed => friendfeed::read(archive, take),
            ForeignFormat::Bluesky => bluesky::read(archive, take),
        }
    }
}

/// Parses a time of RFC 3339.
pub(super) fn rfc3339(text: &str) -> Option<Timestamp> {
    let time: jiff::Timestamp = text.parse().ok()?;
    Some(Timestamp(time.as_millisecond()))
}
