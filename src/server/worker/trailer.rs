//! A body with its announced length and a completion trailer: one byte that says whether it is complete.

use std::io::{self, ErrorKind, Read};

use crate::http::internal;

/// Reader that gives exactly the announced length and one more byte. Missing bytes are zeros, and the last byte
/// says so. tiny_http reuses the connection whatever happened, so both ends must agree where the response ends.
pub(super) struct WithTrailer<R> {
    reader: R,
    left: u64,
    trailer: Option<u8>,
    /// The error of the reader, if it failed or ended too early.
    pub(super) error: Option<io::Error>,
}

impl<R> WithTrailer<R> {
    /// Wraps a reader that should give this many bytes.
    pub(super) fn new(reader: R, bytes: u64) -> WithTrailer<R> {
        WithTrailer {
            reader,
            left: bytes,
            trailer: Some(internal::COMPLETE),
            error: None,
        }
    }
}

impl<R: Read> Read for WithTrailer<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        if self.left == 0 {
            let Some(trailer) = self.trailer.take() else {
                return Ok(0);
            };
            buffer[0] = trailer;
            return Ok(1);
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX);
        let most = most.min(buffer.len());
        let buffer = &mut buffer[..most];
        let read = if self.error.is_some() {
            buffer.fill(0);
            buffer.len()
        } else {
            match self.reader.read(buffer) {
                Ok(read) if read > 0 => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => return Err(error),
                ended => {
                    let cause = ended.err();
                    self.error = Some(cause.unwrap_or(ErrorKind::UnexpectedEof.into()));
                    self.trailer = Some(internal::CUT_SHORT);
                    return self.read(buffer);
                }
            }
        };
        self.left -= read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(reader: impl Read, bytes: u64) -> (Vec<u8>, bool) {
        let mut body = WithTrailer::new(reader, bytes);
        let mut all = Vec::new();
        body.read_to_end(&mut all).expect("it never fails");
        (all, body.error.is_some())
    }

    struct Fails;

    impl Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(ErrorKind::ConnectionReset.into())
        }
    }

    #[test]
    fn a_body_has_its_announced_length_and_says_whether_it_is_complete() {
        assert_eq!(all(&b"abc"[..], 3), (b"abc\x01".to_vec(), false));
        assert_eq!(all(&b""[..], 0), (b"\x01".to_vec(), false));
        assert_eq!(all(&b"abcde"[..], 3), (b"abc\x01".to_vec(), false));
        assert_eq!(all(&b"ab"[..], 4), (b"ab\0\0\0".to_vec(), true));
        assert_eq!(
            all((&b"ab"[..]).chain(Fails), 3),
            (b"ab\0\0".to_vec(), true)
        );
        assert_eq!(all(Fails, 2), (b"\0\0\0".to_vec(), true));
    }
}
