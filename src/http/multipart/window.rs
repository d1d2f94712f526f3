//! A window over the body of a form: a piece of it in memory, cut at the boundaries.

use std::io::{ErrorKind, Read};

use super::{MultipartError, PIECE_BYTES, malformed, parameter};

/// Size of the head of one part.
const HEAD_BYTES_MAX: usize = 8 * 1024;

/// Number of headers in one part; browsers send two.
const HEADERS_MAX: usize = 16;

/// Head of a part.
pub(super) struct PartHead {
    /// Name of the form field.
    pub(super) field: String,
    /// True if there is a file name, even an empty one.
    pub(super) is_file: bool,
    /// True if the file name is not empty.
    pub(super) is_named: bool,
}

/// Reader of a body that sees one piece at a time.
pub(super) struct Window<'b> {
    body: &'b mut dyn Read,
    bytes: Vec<u8>,
    /// Bytes between two parts.
    delimiter: Vec<u8>,
}

impl<'b> Window<'b> {
    /// Creates a window at the beginning of a body.
    pub(super) fn new(body: &'b mut dyn Read, boundary: &str) -> Window<'b> {
        Window {
            body,
            // The first boundary is at the beginning of a line as well.
            bytes: b"\r\n".to_vec(),
            delimiter: format!("\r\n--{boundary}").into_bytes(),
        }
    }

    /// Passes the bytes before the next delimiter to `take`, piece by piece, and skips the delimiter.
    pub(super) fn part(
        &mut self,
        take: &mut dyn FnMut(&[u8]) -> Result<(), MultipartError>,
    ) -> Result<(), MultipartError> {
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

    /// Returns whether another part follows the delimiter, or it was the last one.
    pub(super) fn has_part(&mut self) -> Result<bool, MultipartError> {
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
                // Skips padding that a mail server may have added (RFC 2046 §5.1.1).
                [b' ' | b'\t', _] if at < HEAD_BYTES_MAX => at += 1,
                _ => {
                    return Err(malformed(
                        "A boundary of this form is followed by something else.",
                    ));
                }
            }
        }
    }

    /// Reads the head of a part.
    pub(super) fn head(&mut self) -> Result<PartHead, MultipartError> {
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
                "The head of a field may have at most {HEAD_BYTES_MAX} bytes."
            )));
        }
        let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
        let parsed = httparse::parse_headers(&self.bytes[..end], &mut headers);
        let Ok(httparse::Status::Complete((_, headers))) = parsed else {
            return Err(malformed("The head of a field of this form is malformed."));
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
        Ok(PartHead {
            field: field.to_owned(),
            is_file: name.is_some(),
            is_named: name.is_some_and(|name| !name.is_empty()),
        })
    }

    /// Reads once and appends the bytes to the window.
    fn more(&mut self) -> Result<(), MultipartError> {
        let old = self.bytes.len();
        self.bytes.resize(old + PIECE_BYTES, 0);
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

/// Returns the position of some bytes within others.
pub(super) fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
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
