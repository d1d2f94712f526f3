//! Feeds for other programs: Atom and JSON Feed.

use sha2::{Digest, Sha256};

use super::{ImageId, MediaType, Post, PostId, Timestamp};

/// A page of posts as a feed.
#[derive(Debug)]
pub struct SyndicatedPage {
    pub title: String,
    /// Path of the page that shows the same posts; percent-encoded.
    pub page: String,
    /// Path and query of the feed itself; percent-encoded.
    pub path: String,
    pub posts: Vec<Post>,
    /// The pictures of the posts, in full size.
    pub files: Vec<PictureFile>,
}

/// The file of a picture.
#[derive(Debug, Clone, Copy)]
pub struct PictureFile {
    pub image: ImageId,
    pub media_type: MediaType,
    pub bytes: u64,
}

/// The stable identity of feeds and entries: it depends neither on the address of the site nor on the copy of the file.
#[derive(Debug, Clone, Copy)]
pub struct SyndicationIds<'s> {
    secret: &'s [u8],
}

impl<'s> SyndicationIds<'s> {
    /// Takes a secret of the site, which stays the same for ever. It cannot be found out from the ids.
    pub fn new(secret: &'s [u8]) -> SyndicationIds<'s> {
        SyndicationIds { secret }
    }

    /// Returns the id of an entry.
    pub fn of_post(self, post: PostId) -> String {
        self.urn("post", &post.to_string())
    }

    /// Returns the id of a feed, by its path.
    pub fn of_feed(self, path: &str) -> String {
        self.urn("feed", path)
    }

    /// Returns a name for a thing: a UUID of version 8, made of a hash (RFC 9562 §5.8).
    fn urn(self, kind: &str, name: &str) -> String {
        let mut hash = Sha256::new();
        for part in [self.secret, kind.as_bytes(), b" ", name.as_bytes()] {
            hash.update(part);
        }
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash.finalize()[..16]);
        bytes[6] = bytes[6] & 0x0f | 0x80;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let hex = format!("{:032x}", u128::from_be_bytes(bytes));
        format!(
            "urn:uuid:{}-{}-{}-{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..]
        )
    }
}

impl SyndicatedPage {
    /// Returns the time of the latest change of an entry, or the Unix epoch if there is none.
    pub fn updated_at(&self) -> Timestamp {
        let times = self.posts.iter().map(Post::updated_at);
        times.max().unwrap_or(Timestamp(0))
    }

    /// Returns the file of a picture.
    pub fn file(&self, image: ImageId) -> Option<&PictureFile> {
        self.files.iter().find(|file| file.image == image)
    }
}

impl Post {
    /// Returns the time at which the post was written or, if it was edited, edited last.
    pub fn updated_at(&self) -> Timestamp {
        self.edited_at.unwrap_or(self.created_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_uuids_that_stay_the_same() {
        let ids = SyndicationIds::new(b"secret");
        let id = ids.of_post(PostId(7));
        assert_eq!(id, ids.of_post(PostId(7)));
        assert_ne!(id, ids.of_post(PostId(8)));
        assert_ne!(id, SyndicationIds::new(b"other").of_post(PostId(7)));
        let uuid = id.strip_prefix("urn:uuid:").expect("a URN");
        let lengths: Vec<usize> = uuid.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert_eq!(&uuid[14..15], "8", "the version");
        assert!("89ab".contains(&uuid[19..20]), "the variant");
    }
}
