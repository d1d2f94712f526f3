//! The format of a file, told by its first bytes. Its name and its declared type are ignored.

/// The supported picture formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum PictureFormat {
    Jpeg,
    Png,
    Gif,
    WebP,
}

/// The number of first bytes that identify a format.
pub(super) const MAGIC_BYTES: usize = 12;

impl PictureFormat {
    /// Identifies a format by the table of the WHATWG (MIME Sniffing §6.1), of which four entries are supported.
    pub(super) fn of(start: &[u8]) -> Option<PictureFormat> {
        if start.starts_with(b"\xff\xd8\xff") {
            Some(PictureFormat::Jpeg)
        } else if start.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(PictureFormat::Png)
        } else if start.starts_with(b"GIF87a") || start.starts_with(b"GIF89a") {
            Some(PictureFormat::Gif)
        } else if start.starts_with(b"RIFF") && start.get(8..12) == Some(b"WEBP") {
            Some(PictureFormat::WebP)
        } else {
            None
        }
    }
}
