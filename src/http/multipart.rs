//! Forms with files in them: `multipart/form-data` (RFC 7578, RFC 2046 §5.1), read as it comes.
//!
//! Our own reader, because none of those there are fits: `multer` is asynchronous, brings nine crates (encoding_rs and
//! futures among them) for two hundred lines, and reads the head of a part into memory without a limit; `multipart` has
//! not been kept since 2021. It is strict where leniency gains nobody anything.

use std::{
    fs::File,
    io::{self, ErrorKind, Read, Seek, Write},
};

use sha2::{Digest, Sha256};

use crate::error::Error;

/// Fields and files of one form. The form of a post with all its pictures has 20.
const PARTS_MAX: usize = 20;

/// Of the head of one part, in bytes.
const HEAD_BYTES_MAX: usize = 8 * 1024;

/// Headers of one part; browsers send two.
const HEADERS_MAX: usize = 16;

/// Characters of a boundary (RFC 2046 §5.1.1).
const BOUNDARY_CHARS_MAX: usize = 70;

/// What is held of a body at a time. More than the head of a part, and more than any boundary.
const WINDOW_BYTES: usize = 64 * 1024;

/// What a form may bring.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Of all that is not in files, together.
    pub(crate) text_bytes: u64,
    /// Of one file.
    pub(crate) file_bytes: u64,
}

/// A form as it came.
#[derive(Debug, Default)]
pub(super) struct Multipart {
    pub(super) fields: Vec<(String, String)>,
    pub(super) files: Vec<Upload>,
}

/// A file of a form. What it was called is not looked at.
#[derive(Debug)]
pub struct Upload {
    /// Of the form.
    pub field: String,
    /// Without a name, and standing at its beginning; none if it was larger than a file may be.
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
        let mut piece = vec![0; WINDOW_BYTES];
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

/// Reads a form to its end. What stands behind that is left unread.
///
/// # Errors
/// See [`Fault`]. What was read of files until then is gone.
pub(super) fn read(
    body: &mut dyn Read,
    boundary: &str,
    limits: Limits,
    new_file: &dyn Fn() -> io::Result<File>,
) -> Result<Multipart, Fault> {
    let mut window = Window {
        body,
        // The first boundary stands at the beginning of a line as well.
        bytes: b"\r\n".to_vec(),
        delimiter: format!("\r\n--{boundary}").into_bytes(),
    };
    let mut found = Multipart::default();
    let (mut parts, mut text_bytes) = (0, 0);
    // What may stand before the first part is passed over (RFC 2046 §5.1.1).
    window.part(&mut |_| Ok(()))?;
    while window.has_part()? {
        parts += 1;
        if parts > PARTS_MAX {
            return Err(malformed(format!(
                "A form with pictures may have {PARTS_MAX} fields at most."
            )));
        }
        let head = window.head()?;
        if !head.is_file {
            let mut value = Vec::new();
            window.part(&mut |piece| {
                text_bytes += piece.len() as u64;
                if text_bytes > limits.text_bytes {
                    return Err(Fault::TooLarge(format!(
                        "The text of a form may have {} at most.",
                        in_words(limits.text_bytes)
                    )));
                }
                value.extend_from_slice(piece);
                Ok(())
            })?;
            let value = String::from_utf8_lossy(&value).into_owned();
            found.fields.push((head.field, value));
            continue;
        }
        let upload = file(&mut window, head.field, limits.file_bytes, new_file)?;
        // A field of a form in which nothing was chosen.
        if head.is_named || upload.bytes > 0 {
            found.files.push(upload);
        }
    }
    Ok(found)
}

/// One that is too large is read to its end all the same, so that the rest of the form is known.
fn file(
    window: &mut Window<'_>,
    field: String,
    bytes_max: u64,
    new_file: &dyn Fn() -> io::Result<File>,
) -> Result<Upload, Fault> {
    let mut file: Option<File> = None;
    let mut bytes = 0;
    window.part(&mut |piece| {
        bytes += piece.len() as u64;
        if bytes > bytes_max {
            file = None;
            return Ok(());
        }
        let mut into = match file.take() {
            Some(file) => file,
            None => new_file().map_err(|error| storage(&error))?,
        };
        into.write_all(piece).map_err(|error| storage(&error))?;
        file = Some(into);
        Ok(())
    })?;
    if bytes == 0 {
        file = Some(new_file().map_err(|error| storage(&error))?);
    }
    if let Some(file) = &mut file {
        file.rewind().map_err(|error| storage(&error))?;
    }
    Ok(Upload { field, file, bytes })
}

/// A number of bytes, as people say it.
pub(crate) fn in_words(bytes: u64) -> String {
    const MIB: u64 = 1024 * 1024;
    match bytes {
        _ if bytes >= MIB => {
            let tenths = bytes.saturating_mul(10).div_ceil(MIB);
            match (tenths / 10, tenths % 10) {
                (whole, 0) => format!("{whole} MB"),
                (whole, tenth) => format!("{whole}.{tenth} MB"),
            }
        }
        _ if bytes >= 1024 => format!("{} kB", bytes.div_ceil(1024)),
        _ => format!("{bytes} bytes"),
    }
}

/// What the head of a part says.
struct Head {
    field: String,
    is_file: bool,
    is_named: bool,
}

/// A body, of which a piece is in memory.
struct Window<'b> {
    body: &'b mut dyn Read,
    bytes: Vec<u8>,
    /// What stands between the parts.
    delimiter: Vec<u8>,
}

impl Window<'_> {
    /// Gives what stands before the next delimiter, in pieces, and passes over the delimiter.
    fn part(&mut self, take: &mut dyn FnMut(&[u8]) -> Result<(), Fault>) -> Result<(), Fault> {
        loop {
            if let Some(end) = find(&self.bytes, &self.delimiter) {
                if end > 0 {
                    take(&self.bytes[..end])?;
                }
                self.bytes.drain(..end + self.delimiter.len());
                return Ok(());
            }
            // The last bytes may be the beginning of a delimiter.
            let sure = self.bytes.len().saturating_sub(self.delimiter.len() - 1);
            if sure > 0 {
                take(&self.bytes[..sure])?;
                self.bytes.drain(..sure);
            }
            self.more()?;
        }
    }

    /// Behind a delimiter: whether a part begins, or this was the last one.
    fn has_part(&mut self) -> Result<bool, Fault> {
        let mut at = 0;
        loop {
            while self.bytes.len() < at + 2 {
                self.more()?;
            }
            match [self.bytes[at], self.bytes[at + 1]] {
                [b'-', b'-'] if at == 0 => return Ok(false),
                [b'\r', b'\n'] => {
                    self.bytes.drain(..at + 2);
                    return Ok(true);
                }
                // Padding that a mail server may have put there (RFC 2046 §5.1.1).
                [b' ' | b'\t', _] if at < HEAD_BYTES_MAX => at += 1,
                _ => {
                    return Err(malformed(
                        "A boundary of this form goes on with something else.",
                    ));
                }
            }
        }
    }

    fn head(&mut self) -> Result<Head, Fault> {
        let end = loop {
            if let Some(end) = find(&self.bytes, b"\r\n\r\n") {
                break end + 4;
            }
            if self.bytes.len() > HEAD_BYTES_MAX {
                break self.bytes.len();
            }
            self.more()?;
        };
        if end > HEAD_BYTES_MAX {
            return Err(malformed(format!(
                "The head of a field may have {HEAD_BYTES_MAX} bytes at most."
            )));
        }
        let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
        let parsed = httparse::parse_headers(&self.bytes[..end], &mut headers);
        let Ok(httparse::Status::Complete((_, headers))) = parsed else {
            return Err(malformed("The head of a field of this form is not one."));
        };
        let mut dispositions = headers
            .iter()
            .filter(|header| header.name.eq_ignore_ascii_case("Content-Disposition"));
        let disposition = match (dispositions.next(), dispositions.next()) {
            (Some(header), None) => String::from_utf8_lossy(header.value).into_owned(),
            _ => String::new(),
        };
        self.bytes.drain(..end);
        let kind = disposition.split(';').next().unwrap_or_default().trim();
        let field = parameter(&disposition, "name").filter(|name| !name.is_empty());
        let (true, Some(field)) = (kind.eq_ignore_ascii_case("form-data"), field) else {
            return Err(malformed("A field of this form has no name."));
        };
        let name = parameter(&disposition, "filename");
        let name = name.or_else(|| parameter(&disposition, "filename*"));
        Ok(Head {
            field: field.to_owned(),
            is_file: name.is_some(),
            is_named: name.is_some_and(|name| !name.is_empty()),
        })
    }

    fn more(&mut self) -> Result<(), Fault> {
        let old = self.bytes.len();
        self.bytes.resize(old + WINDOW_BYTES, 0);
        let read = loop {
            match self.body.read(&mut self.bytes[old..]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => break other.unwrap_or(0),
            }
        };
        self.bytes.truncate(old + read);
        if read == 0 {
            return Err(malformed(
                "The upload was cut off before its end. Please send it again.",
            ));
        }
        Ok(())
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

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == first) {
        if bytes[from + at..].starts_with(wanted) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

fn malformed(why: impl Into<String>) -> Fault {
    Fault::Malformed(why.into())
}

fn storage(error: &io::Error) -> Fault {
    Fault::Storage(match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "the disk is full".into(),
        _ => format!("the disk does not take a file ({error})"),
    })
}

#[cfg(test)]
mod tests;
