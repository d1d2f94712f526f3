//! Forms with files: `multipart/form-data` (RFC 7578, RFC 2046 §5.1), parsed while the body is read.

mod window;

use std::{
    fs::File,
    io::{self, ErrorKind, Read, Seek, Write},
};

use sha2::{Digest, Sha256};

use crate::{
    error::Error,
    model::{Bytes, hex},
};
use window::Window;

/// Number of fields and files in one form. The form of a post with all its pictures has 20.
const PARTS_MAX: usize = 20;

/// Length of a boundary in characters (RFC 2046 §5.1.1).
const BOUNDARY_CHARS_MAX: usize = 70;

/// Size of the part of a body or file that is in memory at a time. It is larger than the head of a part and than
/// any boundary.
const PIECE_BYTES: usize = 64 * 1024;

/// Limits of a form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FormLimits {
    /// Size of all fields without files, together.
    pub(crate) text_bytes: u64,
    /// Size of one file.
    pub(crate) file_bytes: u64,
}

/// A parsed form. If something is wrong with it, the fields and files before that.
#[derive(Debug, Default)]
pub(super) struct Multipart {
    pub(super) fields: Vec<(String, String)>,
    pub(super) files: Vec<Upload>,
    pub(super) error: Option<MultipartError>,
}

/// File of a form. Its file name is ignored.
#[derive(Debug)]
pub struct Upload {
    /// Name of the form field.
    pub field: String,
    /// Unnamed file, positioned at its beginning. None if it was too large, or the disk did not accept it.
    pub file: Option<File>,
    pub bytes: u64,
}

impl Upload {
    /// Returns the SHA-256 of its bytes, in hexadecimal, which tells it from other files. A file that was too large
    /// has none.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn digest(&self) -> io::Result<String> {
        let Some(mut file) = self.file.as_ref() else {
            return Ok(String::new());
        };
        let mut hash = Sha256::new();
        let mut piece = vec![0; PIECE_BYTES];
        file.rewind()?;
        loop {
            match file.read(&mut piece) {
                Ok(0) => break,
                Ok(read) => hash.update(&piece[..read]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        file.rewind()?;
        Ok(hex(&hash.finalize()))
    }
}

/// The reason why a form could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MultipartError {
    /// The body is not a form, or it ended early; the text says so.
    Malformed(String),
    /// A field is too large; the text says how large it may be.
    TooLarge(String),
    /// The disk did not accept a file; the text says why.
    Storage(String),
}

impl From<MultipartError> for Error {
    fn from(error: MultipartError) -> Error {
        match error {
            MultipartError::Malformed(why) => Error::BadRequest(why),
            MultipartError::TooLarge(why) => Error::TooLarge(why),
            MultipartError::Storage(why) => Error::StorageUnavailable(why),
        }
    }
}

/// Returns the boundary in a `Content-Type`.
///
/// # Errors
/// `Malformed` if there is none, or it has characters that a boundary may not have.
pub(super) fn boundary(content_type: &str) -> Result<&str, MultipartError> {
    let given = parameter(content_type, "boundary").unwrap_or_default();
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte);
    if given.is_empty()
        || given.len() > BOUNDARY_CHARS_MAX
        || !given.bytes().all(allowed)
        || given.ends_with(' ')
    {
        return Err(malformed(format!(
            "The boundary of this form is missing or not valid. It must have 1 to {BOUNDARY_CHARS_MAX} characters."
        )));
    }
    Ok(given)
}

/// Reads a form to its end, or to the first mistake: the text before that is not lost. Bytes after the end are left
/// unread.
///
/// This is our own parser because none of the existing ones fits. `multer` is asynchronous, brings nine crates
/// (encoding_rs and futures among them) for two hundred lines, and reads the head of a part into memory without a
/// limit; `multipart` has not been maintained since 2021. It is strict where leniency helps nobody.
pub(super) fn read(
    body: &mut dyn Read,
    boundary: &str,
    limits: FormLimits,
    new_file: &dyn Fn() -> io::Result<File>,
) -> Multipart {
    let mut reading = FormReader {
        window: Window::new(body, boundary),
        limits,
        text_bytes: 0,
        new_file,
        found: Multipart::default(),
    };
    if let Err(error) = reading.parts() {
        reading.found.error = Some(error);
    }
    reading.found
}

/// Returns whether a complete body may contain a file. The answer for something that is not a form is yes, which
/// does no harm.
pub(crate) fn may_have_files(content_type: &str, bytes: &[u8]) -> bool {
    let Ok(boundary) = boundary(content_type) else {
        return true;
    };
    let mut body = bytes;
    has_files(&mut Window::new(&mut body, boundary)).unwrap_or(true)
}

/// Looks for a file with a name or with content.
fn has_files(window: &mut Window<'_>) -> Result<bool, MultipartError> {
    window.part(&mut |_| Ok(()))?;
    let mut parts = 0;
    while window.has_part()? {
        let head = window.head()?;
        let mut is_empty = true;
        parts += 1;
        if parts > PARTS_MAX || head.is_file && head.is_named {
            return Ok(true);
        }
        window.part(&mut |piece| {
            is_empty &= piece.is_empty();
            Ok(())
        })?;
        if head.is_file && !is_empty {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A form of which some parts have been read.
struct FormReader<'b> {
    window: Window<'b>,
    limits: FormLimits,
    text_bytes: u64,
    new_file: &'b dyn Fn() -> io::Result<File>,
    found: Multipart,
}

impl FormReader<'_> {
    /// Reads all parts.
    fn parts(&mut self) -> Result<(), MultipartError> {
        // Bytes before the first part are skipped (RFC 2046 §5.1.1).
        self.window.part(&mut |_| Ok(()))?;
        let mut parts = 0;
        while self.window.has_part()? {
            parts += 1;
            if parts > PARTS_MAX {
                return Err(malformed(format!(
                    "A form with pictures may have at most {PARTS_MAX} fields. Please choose fewer pictures."
                )));
            }
            let head = self.window.head()?;
            if head.is_file {
                let upload = self.file(head.field)?;
                // A file without name and content is a field in which nothing was chosen.
                if head.is_named || upload.bytes > 0 {
                    self.found.files.push(upload);
                }
            } else {
                let value = self.text()?;
                self.found.fields.push((head.field, value));
            }
        }
        Ok(())
    }

    /// Reads a field without a file.
    fn text(&mut self) -> Result<String, MultipartError> {
        let mut value = Vec::new();
        self.window.part(&mut |piece| {
            self.text_bytes += piece.len() as u64;
            if self.text_bytes > self.limits.text_bytes {
                let most = Bytes(self.limits.text_bytes);
                return Err(MultipartError::TooLarge(format!(
                    "The text of a form may have at most {most}."
                )));
            }
            value.extend_from_slice(piece);
            Ok(())
        })?;
        Ok(String::from_utf8_lossy(&value).into_owned())
    }

    /// Reads a file. One that is too large, or that the disk does not accept, is read to its end all the same, so
    /// that the rest of the form is known.
    fn file(&mut self, field: String) -> Result<Upload, MultipartError> {
        let mut file = (self.new_file)()
            .map_err(|error| self.found.storage_failed(&error))
            .ok();
        let mut bytes = 0;
        self.window.part(&mut |piece| {
            bytes += piece.len() as u64;
            if bytes > self.limits.file_bytes {
                file = None;
            }
            if let Some(Err(error)) = file.as_mut().map(|file| file.write_all(piece)) {
                self.found.storage_failed(&error);
                file = None;
            }
            Ok(())
        })?;
        if let Some(Err(error)) = file.as_mut().map(Seek::rewind) {
            self.found.storage_failed(&error);
        }
        Ok(Upload { field, file, bytes })
    }
}

impl Multipart {
    /// Notes that the disk did not accept a file.
    fn storage_failed(&mut self, error: &io::Error) {
        self.error = Some(MultipartError::Storage(match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "the disk is full".into(),
            _ => format!("the disk does not accept a file ({error})"),
        }));
    }
}

/// Returns a parameter of a header, with or without quotes. Escapes are left as they are: our own names have none.
fn parameter<'h>(header: &'h str, name: &str) -> Option<&'h str> {
    let mut rest = header.split_once(';')?.1;
    loop {
        let (key, value) = rest.split_once('=')?;
        let value = value.trim_start();
        let (value, behind) = if let Some(quoted) = value.strip_prefix('"') {
            let end = quote_end(quoted)?;
            (&quoted[..end], &quoted[end + 1..])
        } else {
            let end = value.find(';').unwrap_or(value.len());
            (value[..end].trim_end(), &value[end..])
        };
        if key.trim().eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = behind.split_once(';')?.1;
    }
}

/// Returns the end of a quoted text: the first quote with nothing or a semicolon behind it. Browsers write a quote in a name
/// as `%22` and a backslash as it is (WHATWG HTML, "multipart/form-data"); other programs put a backslash before a quote.
fn quote_end(text: &str) -> Option<usize> {
    let mut quotes = text.match_indices('"').map(|(at, _)| at);
    quotes.find(|at| {
        let behind = text[at + 1..].trim_start();
        behind.is_empty() || behind.starts_with(';')
    })
}

/// Returns a fault with this text.
fn malformed(why: impl Into<String>) -> MultipartError {
    MultipartError::Malformed(why.into())
}

#[cfg(test)]
mod tests;
