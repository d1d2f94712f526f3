//! Pictures of posts: their renditions, their addresses and their alternative texts.

use std::{collections::HashSet, fmt, str::FromStr};

use sha2::{Digest, Sha256};

use super::{
    BasePath, Bytes, ImageId, PostId,
    text::{self, hex},
};

/// A picture of a post, as one viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Image {
    pub id: ImageId,
    /// Width and height of the largest rendition, in pixels.
    pub width: u32,
    pub height: u32,
    /// The alternative text. Empty if the author gave none.
    pub alt: String,
    /// True for an animation, which also has the renditions [`Rendition::Moving`] and
    /// [`Rendition::MovingRow`].
    pub is_moving: bool,
}

/// A picture of the member who downloads it, in its largest rendition: the moving one for an animation.
#[derive(Debug, Clone)]
pub struct OwnImage {
    pub image: Image,
    pub media_type: MediaType,
    /// `None` for an avatar and for a picture that is not attached to a post yet.
    pub post: Option<PostId>,
}

/// A picture that has been encoded and is about to be stored.
#[derive(Debug, Clone)]
pub struct NewImage {
    /// Width and height of the largest rendition, in pixels.
    pub width: u32,
    pub height: u32,
    pub is_moving: bool,
    pub renditions: Vec<NewRendition>,
}

/// An encoded rendition that is about to be stored.
#[derive(Debug, Clone)]
pub struct NewRendition {
    pub rendition: Rendition,
    pub width: u32,
    pub height: u32,
    pub media_type: MediaType,
    pub bytes: Vec<u8>,
    hash: BlobHash,
    crc: u32,
}

/// The SHA-256 of a blob. Equal blobs are stored once.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct BlobHash(pub [u8; 32]);

/// The alternative text of a picture: one line, which may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AltText(String);

/// The pictures of a post in their order, not more than the site allows.
#[derive(Debug, Clone, Default)]
pub struct Attached(Vec<(ImageId, AltText)>);

/// The sides of displayed avatars, in pixels. Each size is also stored twice as large, for dense screens.
pub const AVATAR_SIDES: [u32; 3] = [50, 75, 200];

/// The box for a picture in a post's row of pictures, in pixels. Very wide pictures are less than 200 pixels high.
pub const ROW: Fit = Fit {
    width: 640,
    height: 200,
};

/// The least that a picture costs of its owner's quota, in bytes. It is one database page, because the rows of a
/// picture and its renditions take space as well. It also means that a quota limits the number of pictures.
pub const CHARGE_MIN: u64 = 4_096;

/// The longer side of the largest rendition, in pixels.
pub const FULL_SIDE_MAX: u32 = 2_048;

/// A box that pictures are scaled down to. Smaller pictures are not enlarged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fit {
    pub width: u32,
    pub height: u32,
}

/// A size in which a picture is stored. Each rendition is encoded anew from the pixels of the upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rendition {
    /// A square with this side in pixels: one of [`AVATAR_SIDES`] or twice that.
    Avatar(u32),
    /// Fits in [`ROW`].
    Row,
    /// Fits in twice [`ROW`], for dense screens.
    DoubleRow,
    /// The largest rendition, up to [`FULL_SIDE_MAX`] pixels wide and high. For an animation it is the first frame.
    Full,
    /// The animation in the row, as large as [`Rendition::DoubleRow`].
    MovingRow,
    /// The animation in full size, as large as [`Rendition::Full`].
    Moving,
}

/// The media type of a rendition (RFC 9110 §8.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    WebP,
}

impl Fit {
    /// Returns a box with sides twice as long.
    pub const fn twice(self) -> Fit {
        Fit {
            width: 2 * self.width,
            height: 2 * self.height,
        }
    }

    /// Returns the size of a picture scaled into this box: at least one pixel each way, and never larger than the
    /// original.
    pub fn size(self, width: u32, height: u32) -> (u32, u32) {
        let (width, height) = (u64::from(width.max(1)), u64::from(height.max(1)));
        let (wide, high) = (u64::from(self.width), u64::from(self.height));
        if width <= wide && height <= high {
            return (narrow(width), narrow(height));
        }
        // The side that exceeds the box by more decides. The other is rounded to the nearest pixel.
        if width * high >= height * wide {
            (narrow(wide), narrow((height * wide + width / 2) / width))
        } else {
            (narrow((width * high + height / 2) / height), narrow(high))
        }
    }
}

/// Converts a side, which fits in 32 bits because the box does. Returns at least one pixel.
fn narrow(side: u64) -> u32 {
    u32::try_from(side).unwrap_or(u32::MAX).max(1)
}

impl Image {
    /// Returns the size in CSS pixels that the picture takes in a row: that of [`Rendition::Row`].
    pub fn row_size(&self) -> (u32, u32) {
        ROW.size(self.width, self.height)
    }

    /// Returns the URL of a rendition.
    pub fn url(&self, rendition: Rendition, base: &BasePath) -> String {
        self.id.url(rendition, base)
    }
}

impl NewImage {
    /// Returns the message about a picture of more than `bytes_max` bytes.
    pub fn too_large(bytes_max: u64) -> String {
        let most = Bytes(bytes_max);
        format!("A picture may have {most} at most.")
    }

    /// Returns how much of the owner's quota the picture costs, in bytes: at least [`CHARGE_MIN`].
    pub fn charge(&self) -> u64 {
        self.bytes().max(CHARGE_MIN)
    }

    /// Returns the stored size in bytes. Renditions with equal bytes are stored once.
    fn bytes(&self) -> u64 {
        let mut seen = HashSet::new();
        let renditions = self.renditions.iter();
        let kept = renditions.filter(|rendition| seen.insert(rendition.hash));
        kept.map(|rendition| rendition.bytes.len() as u64).sum()
    }
}

impl NewRendition {
    /// Creates a rendition and computes its hash and checksum.
    pub fn new(
        rendition: Rendition,
        width: u32,
        height: u32,
        media_type: MediaType,
        bytes: Vec<u8>,
    ) -> NewRendition {
        NewRendition {
            hash: BlobHash(Sha256::digest(&bytes).into()),
            crc: crc32(&bytes),
            rendition,
            width,
            height,
            media_type,
            bytes,
        }
    }

    /// Returns the SHA-256 of the bytes.
    pub fn hash(&self) -> BlobHash {
        self.hash
    }

    /// Returns the CRC-32 (ISO/IEC 13239), which ZIP archives need.
    pub fn crc(&self) -> u32 {
        self.crc
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// Formats the hash as hexadecimal digits, for entity tags.
impl fmt::Display for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl AltText {
    /// The longest alternative text. Longer descriptions belong in the post.
    pub const CHARS_MAX: u32 = 1_000;

    /// Parses the text, and turns line ends and tabs into spaces.
    ///
    /// # Errors
    /// A sentence for the author if it is too long or contains a forbidden character.
    pub fn parse(text: &str) -> Result<AltText, String> {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = text::at_most(text::clean_line(&line)?, Self::CHARS_MAX)?;
        Ok(AltText(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Attached {
    /// Checks the number of pictures and that none is repeated.
    ///
    /// # Errors
    /// A sentence for the author.
    pub fn parse(images: Vec<(ImageId, AltText)>, images_max: u32) -> Result<Attached, String> {
        if images.len() > images_max as usize {
            return Err(Attached::too_many(images_max));
        }
        let different: HashSet<ImageId> = images.iter().map(|(image, _)| *image).collect();
        if different.len() < images.len() {
            return Err("You added the same picture twice.".into());
        }
        Ok(Attached(images))
    }

    /// Returns the error message for too many pictures.
    pub fn too_many(images_max: u32) -> String {
        let pictures = if images_max == 1 {
            "picture"
        } else {
            "pictures"
        };
        format!("A post may have at most {images_max} {pictures}.")
    }

    pub fn iter(&self) -> impl Iterator<Item = (ImageId, &AltText)> {
        self.0.iter().map(|(image, alt)| (*image, alt))
    }

    pub fn count(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl ImageId {
    /// Returns the URL of a rendition.
    pub fn url(self, rendition: Rendition, base: &BasePath) -> String {
        base.url(&format!("/image/{self}/{rendition}"))
    }
}

impl Rendition {
    /// Returns all renditions of an avatar.
    pub fn avatars() -> impl Iterator<Item = Rendition> {
        AVATAR_SIDES
            .into_iter()
            .flat_map(|side| [side, 2 * side])
            .map(Rendition::Avatar)
    }
}

/// Formats the name used in addresses and in the database.
impl fmt::Display for Rendition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rendition::Avatar(side) => write!(f, "avatar-{side}"),
            Rendition::Row => f.write_str("row"),
            Rendition::DoubleRow => f.write_str("row-2x"),
            Rendition::Full => f.write_str("full"),
            Rendition::MovingRow => f.write_str("moving-row"),
            Rendition::Moving => f.write_str("moving"),
        }
    }
}

impl FromStr for Rendition {
    type Err = ();

    /// Accepts only the names that `Display` produces.
    fn from_str(text: &str) -> Result<Rendition, ()> {
        let of_posts = [
            Rendition::Row,
            Rendition::DoubleRow,
            Rendition::Full,
            Rendition::MovingRow,
            Rendition::Moving,
        ];
        Rendition::avatars()
            .chain(of_posts)
            .find(|rendition| rendition.to_string() == text)
            .ok_or(())
    }
}

impl OwnImage {
    /// Returns the name of the picture's file in the archive.
    pub fn file(&self) -> String {
        format!("pictures/{}.{}", self.image.id, self.media_type.extension())
    }
}

impl MediaType {
    /// Returns the file name extension.
    pub const fn extension(self) -> &'static str {
        match self {
            MediaType::WebP => "webp",
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            MediaType::WebP => "image/webp",
        }
    }
}

impl FromStr for MediaType {
    type Err = ();

    fn from_str(text: &str) -> Result<MediaType, ()> {
        let webp = MediaType::WebP;
        (text == webp.as_str()).then_some(webp).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_fits_its_box_and_is_never_enlarged() {
        for (width, height, expected) in [
            (4_000, 3_000, (267, 200)),
            (3_000, 4_000, (150, 200)),
            (100, 50, (100, 50)),
            (8_192, 1, (640, 1)),
            (1, 8_192, (1, 200)),
            (8_192, 200, (640, 16)),
            (0, 0, (1, 1)),
            (u32::MAX, u32::MAX, (200, 200)),
        ] {
            assert_eq!(ROW.size(width, height), expected, "{width} × {height}");
        }
    }

    #[test]
    fn a_rendition_round_trips_through_its_address() {
        let all = Rendition::avatars().chain([Rendition::Row, Rendition::Moving]);
        for rendition in all {
            assert_eq!(rendition.to_string().parse(), Ok(rendition));
        }
        for wrong in ["", "Row", "avatar-51", "avatar-", "avatar-050", "row "] {
            assert_eq!(wrong.parse::<Rendition>(), Err(()), "{wrong:?}");
        }
    }
}
