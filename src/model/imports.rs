//! Posts from archives of other sites: how they are known again, and what an import reports.

use std::{collections::BTreeMap, fmt};

use sha2::{Digest, Sha256};

use super::{
    AltText, Message, NewImage, Timestamp,
    text::{counted, counted_as},
};

/// The key by which an imported post is known again: a hash, of 64 bits, of the kind of its archive and of its id there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ImportKey(pub i64);

/// A post that is ready to be imported.
#[derive(Debug)]
pub struct ImportedPost {
    pub key: ImportKey,
    /// The text. It may be empty beside pictures.
    pub message: Message,
    /// The further parts of a text that is too long for one post.
    pub rest: Vec<Message>,
    pub pictures: Vec<(NewImage, AltText)>,
    pub written_at: Timestamp,
}

/// The result of importing one post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportOutcome {
    Added,
    /// It was imported before.
    Known,
    /// Its pictures are more than the person may store.
    NoRoom,
}

/// The most addresses of things on other sites that are kept, and the longest of them in bytes.
const ELSEWHERE_MAX: usize = 20_000;
const ADDRESS_BYTES_MAX: usize = 500;

/// Declares the reasons with their words, in the order of the report.
macro_rules! reasons {
    ($($reason:ident: $one:literal, $many:literal;)*) => {
        /// A reason why something in an archive is not imported.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum LeftOut {
            $($reason),*
        }

        impl LeftOut {
            /// Returns the words for so many things.
            pub fn words(self, count: u64) -> &'static str {
                match self {
                    $(LeftOut::$reason => if count == 1 { $one } else { $many }),*
                }
            }
        }
    };
}

reasons! {
    Followers:       "post for followers only", "posts for followers only";
    Others:          "post to certain people or groups", "posts to certain people or groups";
    Reply:           "reply to somebody else", "replies to others";
    Boost:           "repost of somebody else's post", "reposts of what others wrote";
    NotOwn:          "post by somebody else", "posts by others";
    Nowhere:         "post whose author, group or readers are not here", "posts whose authors, groups or readers are not here";
    Empty:           "post without a text or picture", "posts without a text or picture";
    Unreadable:      "post that cannot be read", "posts that cannot be read";
    NoRoom:          "post whose pictures have no room; import again when there is", "posts whose pictures have no room; import again when there is";
    NotDrawn:        "post whose pictures could not be drawn now; import again", "posts whose pictures could not be drawn now; import again";
    MissingPicture:  "picture that is not in the archive", "pictures that are not in the archive";
    RefusedPicture:  "picture that cannot be used here", "pictures that cannot be used here";
    SurplusPicture:  "picture more than a post may have", "pictures more than a post may have";
    OtherFile:       "video or other file", "videos and other files";
    Like:            "like of a post on another site", "likes of posts on other sites";
    OwnLike:         "like of one's own post, which this site does not have", "likes of one's own posts, which this site does not have";
    Bookmark:        "bookmark of a post on another site", "bookmarks of posts on other sites";
    Follow:          "person followed there who is not here by that name", "people followed there who are not here by those names";
    Unnamed:         "person followed there, whose name is not in the archive", "people followed there, whose names are not in the archive";
    Comment:         "comment whose author or post is not here", "comments whose authors or posts are not here";
}

/// The result of an import so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// The name of the format.
    pub format: &'static str,
    /// What to think of before the import; empty for most formats.
    pub warning: &'static str,
    pub is_dry: bool,
    /// People, groups and comments come with the archive of a whole site.
    pub people: u64,
    pub groups: u64,
    pub posts: u64,
    pub comments: u64,
    pub pictures: u64,
    /// The posts that were imported before.
    pub known: u64,
    /// The people and groups whose names were taken: the names there and here.
    pub renamed: Vec<(String, String)>,
    /// The admins of a whole site who are members here.
    pub former_admins: Vec<String>,
    /// The posts whose texts became several posts, because they are longer than a post may be.
    pub split: u64,
    pub left_out: BTreeMap<LeftOut, u64>,
    /// The posts that the person kept there and that are saved here.
    pub saved: u64,
    /// The people here who are followed, or would be, because the person followed somebody of that name elsewhere.
    pub follows: Vec<String>,
    /// Lines with the addresses of what is on other sites, as many as are kept.
    pub elsewhere: Vec<String>,
}

impl ImportKey {
    /// Returns the key of the post `id` in an archive of this kind.
    pub fn of(kind: &str, id: &str) -> ImportKey {
        let hash = Sha256::new()
            .chain_update(kind)
            .chain_update([0])
            .chain_update(id)
            .finalize();
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&hash[..8]);
        ImportKey(i64::from_le_bytes(bytes))
    }
}

impl ImportReport {
    /// Counts what is left out.
    pub fn leave_out(&mut self, reason: LeftOut, count: u64) {
        if count > 0 {
            *self.left_out.entry(reason).or_default() += count;
        }
    }

    /// Counts a thing on another site, and keeps its address as long as there is room.
    pub fn leave_elsewhere(&mut self, reason: LeftOut, address: &str) {
        self.leave_out(reason, 1);
        let is_plain = address.chars().all(|c| !c.is_control());
        if self.elsewhere.len() < ELSEWHERE_MAX && address.len() <= ADDRESS_BYTES_MAX && is_plain {
            self.elsewhere
                .push(format!("{}\t{address}", reason.words(1)));
        }
    }

    /// Returns the posts that were looked at so far.
    pub fn looked_at(&self) -> u64 {
        let left_out = self.left_out.iter();
        let posts = left_out.filter(|(reason, _)| **reason < LeftOut::MissingPicture);
        self.posts + self.known + posts.map(|(_, count)| count).sum::<u64>()
    }
}

/// Formats the report as lines for people.
impl fmt::Display for ImportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = if self.is_dry {
            "would be imported"
        } else {
            "imported"
        };
        writeln!(f, "{}", self.format)?;
        if self.is_dry && !self.warning.is_empty() {
            writeln!(f, "{}", self.warning)?;
        }
        if self.people > 0 {
            let people = counted_as(self.people, "person", "people");
            writeln!(f, "{people} {verb}")?;
        }
        if self.groups > 0 {
            writeln!(f, "{} {verb}", counted(self.groups, "group"))?;
        }
        writeln!(f, "{} {verb}", counted(self.posts, "post"))?;
        if self.comments > 0 {
            writeln!(f, "{} {verb}", counted(self.comments, "comment"))?;
        }
        if self.pictures > 0 {
            writeln!(f, "{} {verb}", counted(self.pictures, "picture"))?;
        }
        for (there, here) in &self.renamed {
            writeln!(f, "{there} is {here} here, because the name is taken")?;
        }
        for name in &self.former_admins {
            writeln!(f, "{name} was an admin there and is a member here")?;
        }
        if self.known > 0 {
            writeln!(f, "{} already here", counted(self.known, "post"))?;
        }
        if self.saved > 0 {
            let verb = if self.is_dry {
                "would be saved"
            } else {
                "saved"
            };
            let saved = counted(self.saved, "bookmark");
            writeln!(f, "{saved} of one's own posts {verb}")?;
        }
        if !self.follows.is_empty() {
            let verb = if self.is_dry {
                "here by the same name"
            } else {
                "followed"
            };
            let people = counted_as(self.follows.len() as u64, "person", "people");
            writeln!(f, "{people} {verb}: {}", self.follows.join(", "))?;
        }
        if self.split > 0 {
            let split = counted(self.split, "post");
            writeln!(f, "{split} too long for one post here, in several parts")?;
        }
        for (reason, count) in &self.left_out {
            writeln!(f, "left out: {count} {}", reason.words(*count))?;
        }
        Ok(())
    }
}

/// Cuts a text into parts of at most `chars_max` characters: after a paragraph, a line or a word in the second half of a
/// part, if there is one.
pub fn parts(text: &str, chars_max: u32) -> Vec<&str> {
    let (mut parts, mut rest) = (Vec::new(), text.trim());
    let chars_max = chars_max.max(1) as usize;
    while let Some((end, _)) = rest.char_indices().nth(chars_max) {
        let part = &rest[..end];
        let middle = part.floor_char_boundary(end / 2);
        let cuts = ["\n\n", "\n", " "].into_iter();
        let mut cuts = cuts.filter_map(|sign| part.rfind(sign).filter(|at| *at > middle));
        let end = cuts.next().unwrap_or(end);
        parts.push(rest[..end].trim_end());
        rest = rest[end..].trim_start();
    }
    parts.push(rest);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_where_a_reader_would() {
        assert_eq!(parts("short", 5), ["short"]);
        assert_eq!(parts("one two three", 9), ["one two", "three"]);
        assert_eq!(parts("one two\n\nthree f", 14), ["one two", "three f"]);
        assert_eq!(parts("ééééé", 2), ["éé", "éé", "é"]);
        let text = "a word ".repeat(1_000);
        let cut = parts(&text, 100);
        assert!(cut.iter().all(|part| part.chars().count() <= 100));
        assert_eq!(cut.join(" "), text.trim());
    }

    #[test]
    fn a_report_says_each_reason_once() {
        let mut report = ImportReport {
            format: "Mastodon",
            posts: 1,
            ..ImportReport::default()
        };
        report.leave_out(LeftOut::Reply, 2);
        report.leave_out(LeftOut::Reply, 1);
        report.leave_out(LeftOut::MissingPicture, 1);
        let text = report.to_string();
        assert_eq!(
            text,
            "Mastodon\n1 post imported\nleft out: 3 replies to others\n\
             left out: 1 picture that is not in the archive\n"
        );
        assert_eq!(report.looked_at(), 4);
    }
}
