//! The headers of a request, and those that the door adds for the server behind it.

use std::str::FromStr;

/// The headers of one request, looked up by name.
#[derive(Clone, Copy)]
pub(super) struct Headers<'r>(&'r [tiny_http::Header]);

/// Headers between the door and the server behind it. The door removes them from what clients send.
pub mod internal {
    /// The address of the client, or the address that a trusted proxy gives for it.
    pub const CLIENT: &str = "X-Quartfeed-Client";
    /// Asks whether a body of this many bytes would be accepted, before the client has sent it. The request has no
    /// body, or the beginning of it if the first answer was a refusal.
    pub const ANNOUNCED: &str = "X-Quartfeed-Announced";
    /// The number of milliseconds that the sender of an expensive request waits. No work begins for it after that.
    pub const DEADLINE: &str = "X-Quartfeed-Deadline";
    /// Tells the door that the socket of this answer becomes the event stream that the value describes.
    pub const STREAM: &str = "X-Quartfeed-Stream";
    /// Tells the door that one more byte follows the body and says whether the body could be read to its end. The length
    /// of an answer is sent before the body is read, and the connection has to stay in step.
    pub const TRAILER: &str = "X-Quartfeed-Trailer";
    /// The byte after a whole body.
    pub const COMPLETE: u8 = 1;
    /// The byte after a body whose rest is made of zeros.
    pub const CUT_SHORT: u8 = 0;
}

impl<'r> Headers<'r> {
    pub(super) fn of(raw: &'r tiny_http::Request) -> Headers<'r> {
        Headers(raw.headers())
    }

    /// Returns the first header of this name.
    pub(super) fn get(self, name: &'static str) -> Option<&'r str> {
        let found = self.0.iter().find(|header| header.field.equiv(name));
        found.map(|header| header.value.as_str())
    }

    pub(super) fn owned(self, name: &'static str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    pub(super) fn parsed<T: FromStr>(self, name: &'static str) -> Option<T> {
        self.get(name)?.parse().ok()
    }
}
