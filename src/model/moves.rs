//! The records of a site's archive, one per line of its files. Programs of others may read them, so names only come in
//! addition. People are named by their usernames on that site. Times are in milliseconds since the Unix epoch.

use serde::{Deserialize, Serialize};

use super::{DirectsFrom, ImportKey, PostId, Role, Timestamp};

/// A member of the site.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MovedPerson {
    /// The number of the account there.
    pub id: i64,
    pub username: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub bio: String,
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub former_usernames: Vec<String>,
    /// `member` or `admin`.
    #[serde(default)]
    pub role: String,
    #[serde(default)]
    pub private: bool,
    #[serde(default)]
    pub suspended: bool,
    /// `everybody`, `followed` or `nobody`.
    #[serde(default)]
    pub directs_from: String,
    #[serde(with = "millis")]
    pub created_at: Timestamp,
    /// The file of the picture in the archive.
    #[serde(default)]
    pub avatar: Option<String>,
    #[serde(flatten)]
    pub ties: MovedTies<String>,
}

/// What ties a person to others, who are given by their names there or by their accounts here.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MovedTies<Other> {
    #[serde(default = "Vec::new")]
    pub follows: Vec<Other>,
    #[serde(default = "Vec::new")]
    pub blocks: Vec<Other>,
    #[serde(default = "Vec::new")]
    pub mutes: Vec<Other>,
}

/// A group of the site.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MovedGroup {
    /// The number of its feed there.
    pub id: i64,
    pub name: String,
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub about: String,
    #[serde(default)]
    pub private: bool,
    #[serde(default)]
    pub announcements: bool,
    #[serde(with = "millis")]
    pub created_at: Timestamp,
    #[serde(default)]
    pub avatar: Option<String>,
    #[serde(default)]
    pub members: Vec<MovedMember>,
}

/// A member of a group, or somebody who must not post there.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MovedMember {
    pub username: String,
    /// False for somebody who was barred and is no member.
    #[serde(default = "is_member")]
    pub member: bool,
    #[serde(default)]
    pub admin: bool,
    #[serde(default)]
    pub barred: bool,
}

/// A post of the site.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MovedPost {
    pub id: String,
    pub author: String,
    pub to: Vec<MovedPlace>,
    #[serde(default)]
    pub message: String,
    #[serde(with = "millis")]
    pub created_at: Timestamp,
    #[serde(default, with = "millis_or_none")]
    pub edited_at: Option<Timestamp>,
    #[serde(default)]
    pub images: Vec<MovedImage>,
    /// Those who like it, the first one first.
    #[serde(default)]
    pub likes: Vec<String>,
}

/// One of the places of a post.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MovedPlace {
    /// `feed`: the author's own. `group`: the one of that name. `person`: a person in a conversation, the author not
    /// among them; a conversation with nobody else has its author.
    pub kind: String,
    #[serde(default)]
    pub name: String,
}

/// A picture of a post.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MovedImage {
    /// The file in the archive.
    pub file: String,
    #[serde(default)]
    pub alt: String,
}

/// A comment on a post.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MovedComment {
    pub id: i64,
    pub post: String,
    pub author: String,
    pub comment: String,
    #[serde(with = "millis")]
    pub created_at: Timestamp,
    #[serde(default, with = "millis_or_none")]
    pub edited_at: Option<Timestamp>,
    #[serde(default)]
    pub likes: Vec<String>,
}

fn is_member() -> bool {
    true
}

impl MovedPerson {
    /// Returns the key by which the person of a site is known again.
    pub fn key(&self, site: &str) -> ImportKey {
        ImportKey::of("quartfeed person", &made(site, self.id, self.created_at))
    }

    /// Returns the role. One that is not known is the least.
    pub fn role(&self) -> Role {
        self.role.parse().unwrap_or(Role::Member)
    }

    /// Returns from whom the person accepts conversations. What is not known is as for a newcomer.
    pub fn directs_from(&self) -> DirectsFrom {
        self.directs_from.parse().unwrap_or(DirectsFrom::Followed)
    }
}

impl<Other> Default for MovedTies<Other> {
    fn default() -> MovedTies<Other> {
        MovedTies {
            follows: Vec::new(),
            blocks: Vec::new(),
            mutes: Vec::new(),
        }
    }
}

impl<Other> MovedTies<Other> {
    /// Replaces everybody by what is found for them, and leaves out those for whom nothing is.
    pub fn map<Found>(&self, find: impl Fn(&Other) -> Option<Found>) -> MovedTies<Found> {
        MovedTies {
            follows: self.follows.iter().filter_map(&find).collect(),
            blocks: self.blocks.iter().filter_map(&find).collect(),
            mutes: self.mutes.iter().filter_map(&find).collect(),
        }
    }
}

impl MovedGroup {
    /// Returns the key by which the group of a site is known again.
    pub fn key(&self, site: &str) -> ImportKey {
        ImportKey::of("quartfeed group", &made(site, self.id, self.created_at))
    }
}

impl MovedPost {
    /// Returns the key by which the post is known again. It is that of the same post in the archive of its author.
    pub fn key(&self) -> ImportKey {
        ImportKey::of("quartfeed", &self.id)
    }

    /// Returns the id that it had there, if it is one.
    pub fn id(&self) -> Option<PostId> {
        self.id.parse().ok()
    }
}

impl MovedComment {
    /// Returns the key by which the comment is known again, under its post.
    pub fn key(&self) -> ImportKey {
        ImportKey::of("quartfeed comment", &made("", self.id, self.created_at))
    }
}

/// Returns what a thing of a site is known by. Copies of a site give the same number to different things, at other times.
fn made(site: &str, id: i64, at: Timestamp) -> String {
    format!("{site} {id} {}", at.0)
}

/// Times as numbers, of milliseconds since the Unix epoch.
mod millis {
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::model::Timestamp;

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    pub(super) fn serialize<S: Serializer>(time: &Timestamp, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_i64(time.0)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        i64::deserialize(from).map(Timestamp)
    }
}

/// Like [`millis`], for times that may be missing.
mod millis_or_none {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::model::Timestamp;

    #[allow(clippy::ref_option, reason = "serde calls it so")]
    pub(super) fn serialize<S: Serializer>(
        time: &Option<Timestamp>,
        out: S,
    ) -> Result<S::Ok, S::Error> {
        time.map(|time| time.0).serialize(out)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        Ok(Option::<i64>::deserialize(from)?.map(Timestamp))
    }
}
