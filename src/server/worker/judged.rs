//! A body with its announced length and a completion trailer: one byte that says whether it is complete.

use std::io::{self, ErrorKind, Read};

use crate::http::internal;

/// Reader that gives exactly the announced length and one more byte. Missing bytes are zeros, and the last byte
/// says so. tiny_http reuses the connection whatever happened, so both ends must agree where the response ends.
pub(super) struct Judged<R> {
    reader: R,
    left: u64,
    verdict: Option<u8>,
    /// The error of the reader, if it failed or ended too early.
    pub(super) fault: Option<io::Error>,
}

impl<R> Judged<R> {
    /// Wraps a reader that should give this many bytes.
    pub(super) fn new(reader: R, bytes: u64) -> Judged<R> {
        Judged {
            reader,
            left: bytes,
            verdict: Some(internal::WHOLE),
            fault: None,
        }
    }
}

impl<R: Read> Read for Judged<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        if room.is_empty() {
            return Ok(0);
        }
        if self.left == 0 {
            let Some(verdict) = self.verdict.take() else {
                return Ok(0);
            };
            room[0] = verdict;
            return Ok(1);
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX);
        let most = most.min(room.len());
        let room = &mut room[..most];
        let read = if self.fault.is_some() {
            room.fill(0);
            room.len()
        } else {
            match self.reader.read(room) {
                Ok(read) if read > 0 => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => return Err(error),
                ended => {
                    let error = ended.err();
                    self.fault = Some(error.unwrap_or(ErrorKind::UnexpectedEof.into()));
                    self.verdict = Some(internal::BROKEN);
                    return self.read(room);
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
        let mut judged = Judged::new(reader, bytes);
        let mut all = Vec::new();
        judged.read_to_end(&mut all).expect("it never fails");
        (all, judged.fault.is_some())
    }

    struct Fails;

    impl Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(ErrorKind::ConnectionReset.into())
        }
    }

    #[test]
    fn a_body_is_as_long_as_announced_and_says_whether_it_is_whole() {
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
