//! Forms with files in them: `multipart/form-data` (RFC 7578, RFC 2046 §5.1), read as it comes.
//!
//! Our own reader, because none of those there are fits: `multer` is asynchronous, brings nine crates (encoding_rs and
//! futures among them) for two hundred lines, and reads the head of a part into memory without a limit; `multipart` has
//! not been kept since 2021. It is strict where leniency gains nobody anything.

mod window;

use std::{
    fs::File,
    io::{self, ErrorKind, Read, Seek, Write},
};

use sha2::{Digest, Sha256};

use crate::{error::Error, model::Bytes};
use window::Window;

/// Fields and files of one form. The form of a post with all its pictures has 20.
const PARTS_MAX: usize = 20;

/// Characters of a boundary (RFC 2046 §5.1.1).
const BOUNDARY_CHARS_MAX: usize = 70;

/// What is held of a body, or of a file, at a time. More than the head of a part, and more than any boundary.
const PIECE_BYTES: usize = 64 * 1024;

/// What a form may bring.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Of all that is not in files, together.
    pub(crate) text_bytes: u64,
    /// Of one file.
    pub(crate) file_bytes: u64,
}

/// A form as it came; of one with something wrong what came before that.
#[derive(Debug, Default)]
pub(super) struct Multipart {
    pub(super) fields: Vec<(String, String)>,
    pub(super) files: Vec<Upload>,
    pub(super) fault: Option<Fault>,
}

/// A file of a form. What it was called is not looked at.
#[derive(Debug)]
pub struct Upload {
    /// Of the form.
    pub field: String,
    /// Without a name, and standing at its beginning; none if it was larger than a file may be, or the disk did not take it.
    pub file: Option<File>,
    pub bytes: u64,
}

impl Upload {
    /// What tells it from other files: the SHA-256 of its bytes, in hexadecimal. One that was too large has none.
    ///
    /// # Errors
    /// If it cannot be read.
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
        let digest = hash.finalize();
        Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// Why a form could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It is none, or it ended early; the text says so.
    Malformed(String),
    /// The text says how much is taken.
    TooLarge(String),
    /// The disk did not take a file; the text says why.
    Storage(String),
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Error {
        match fault {
            Fault::Malformed(why) => Error::BadRequest(why),
            Fault::TooLarge(why) => Error::TooLarge(why),
            Fault::Storage(why) => Error::StorageUnavailable(why),
        }
    }
}

/// The boundary that a `Content-Type` names, if it is that of such a form.
///
/// # Errors
/// `Malformed` if it names none, or none that may be one.
pub(super) fn boundary(content_type: &str) -> Result<&str, Fault> {
    let given = parameter(content_type, "boundary").unwrap_or_default();
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte);
    if given.is_empty()
        || given.len() > BOUNDARY_CHARS_MAX
        || !given.bytes().all(allowed)
        || given.ends_with(' ')
    {
        return Err(malformed(format!(
            "This form does not say where its fields end: a boundary has 1 to {BOUNDARY_CHARS_MAX} characters."
        )));
    }
    Ok(given)
}

/// Reads a form to its end, or to what is wrong with it: what was typed before that is not lost. What stands behind the
/// end is left unread.
pub(super) fn read(
    body: &mut dyn Read,
    boundary: &str,
    limits: Limits,
    new_file: &dyn Fn() -> io::Result<File>,
) -> Multipart {
    let mut reading = Reading {
        window: Window::new(body, boundary),
        limits,
        text_bytes: 0,
        new_file,
        found: Multipart::default(),
    };
    if let Err(fault) = reading.parts() {
        reading.found.fault = Some(fault);
    }
    reading.found
}

/// Whether there may be a file in these bytes of a whole body. What is no form has none in it for certain, but nobody needs
/// to be certain about that.
pub(crate) fn may_have_files(content_type: &str, bytes: &[u8]) -> bool {
    let Ok(boundary) = boundary(content_type) else {
        return true;
    };
    let mut body = bytes;
    has_files(&mut Window::new(&mut body, boundary)).unwrap_or(true)
}

fn has_files(window: &mut Window<'_>) -> Result<bool, Fault> {
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
struct Reading<'b> {
    window: Window<'b>,
    limits: Limits,
    text_bytes: u64,
    new_file: &'b dyn Fn() -> io::Result<File>,
    found: Multipart,
}

impl Reading<'_> {
    fn parts(&mut self) -> Result<(), Fault> {
        // What may stand before the first part is passed over (RFC 2046 §5.1.1).
        self.window.part(&mut |_| Ok(()))?;
        let mut parts = 0;
        while self.window.has_part()? {
            parts += 1;
            if parts > PARTS_MAX {
                return Err(malformed(format!(
                    "A form with pictures may have {PARTS_MAX} fields at most. Please choose fewer pictures."
                )));
            }
            let head = self.window.head()?;
            if head.is_file {
                let upload = self.file(head.field)?;
                // Without a name and empty: a field in which nothing was chosen.
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

    fn text(&mut self) -> Result<String, Fault> {
        let mut value = Vec::new();
        self.window.part(&mut |piece| {
            self.text_bytes += piece.len() as u64;
            if self.text_bytes > self.limits.text_bytes {
                let most = Bytes(self.limits.text_bytes);
                return Err(Fault::TooLarge(format!(
                    "The text of a form may have {most} at most."
                )));
            }
            value.extend_from_slice(piece);
            Ok(())
        })?;
        Ok(String::from_utf8_lossy(&value).into_owned())
    }

    /// One that is too large, or that the disk does not take, is read to its end all the same: so the rest of the form is
    /// known.
    fn file(&mut self, field: String) -> Result<Upload, Fault> {
        let mut file = (self.new_file)()
            .map_err(|error| self.found.full(&error))
            .ok();
        let mut bytes = 0;
        self.window.part(&mut |piece| {
            bytes += piece.len() as u64;
            if bytes > self.limits.file_bytes {
                file = None;
            }
            if let Some(Err(error)) = file.as_mut().map(|file| file.write_all(piece)) {
                self.found.full(&error);
                file = None;
            }
            Ok(())
        })?;
        if let Some(Err(error)) = file.as_mut().map(Seek::rewind) {
            self.found.full(&error);
        }
        Ok(Upload { field, file, bytes })
    }
}

impl Multipart {
    /// The disk did not take a file.
    fn full(&mut self, error: &io::Error) {
        self.fault = Some(Fault::Storage(match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "the disk is full".into(),
            _ => format!("the disk does not take a file ({error})"),
        }));
    }
}

/// A parameter of a header, with or without quotes, as it stands there: names of ours have nothing to be unescaped.
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

/// Where a quoted text ends: at the first quote without a backslash before it.
fn quote_end(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })
}

fn malformed(why: impl Into<String>) -> Fault {
    Fault::Malformed(why.into())
}

#[cfg(test)]
mod tests;
