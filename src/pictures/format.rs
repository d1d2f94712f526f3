//! What a file is, by its first bytes: neither its name nor what its sender declares counts.

/// The kinds of pictures that are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Format {
    Jpeg,
    Png,
    Gif,
    WebP,
}

/// As many bytes as say it.
pub(super) const MAGIC_BYTES: usize = 12;

impl Format {
    /// By the WHATWG's table (MIME Sniffing §6.1), of which only these four are ours.
    pub(super) fn of(start: &[u8]) -> Option<Format> {
        if start.starts_with(b"\xff\xd8\xff") {
            Some(Format::Jpeg)
        } else if start.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Format::Png)
        } else if start.starts_with(b"GIF87a") || start.starts_with(b"GIF89a") {
            Some(Format::Gif)
        } else if start.starts_with(b"RIFF") && start.get(8..12) == Some(b"WEBP") {
            Some(Format::WebP)
        } else {
            None
        }
    }
}
