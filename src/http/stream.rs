//! The request to open an event stream. The handler decides it, the answer carries it to the door in a header, and
//! the door hands it to `live` together with the socket.

use crate::model::{EventId, Holder, Language, Topics, UnreadCounts, UserId};

/// A request to open a stream: whose it is, what it is about, and where it begins.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Join {
    pub user: UserId,
    /// The language of the pages.
    pub language: Language,
    /// The topics of all pages that share the stream.
    pub topics: Topics,
    /// The session or token that opened the stream. The stream ends with it.
    pub holder: Holder,
    /// The time when the holder expires, in milliseconds since the Unix epoch.
    pub expires_at: i64,
    /// The newest event that the reader has.
    pub after: EventId,
    /// Set if the reader's position is unusable, so that it must load its page again.
    pub reset: bool,
    /// What the bar counts, for a reader that comes back.
    pub unread: Option<UnreadCounts>,
    pub format: StreamFormat,
    /// True if the response is chunked. The door sets it for clients of HTTP/1.1, which then tell the end of an event from a
    /// pause.
    #[serde(default)]
    pub is_chunked: bool,
    /// The bytes before the first event. The door takes them from the body of the answer.
    #[serde(skip)]
    pub opening: Vec<u8>,
}

/// The form in which a reader takes a stream.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum StreamFormat {
    /// Server-sent events for a page of this site.
    Page,
    /// Server-sent events for a program.
    Events,
    /// New posts and comments as lines of plain text. Their addresses begin with `site`.
    Lines { site: String },
}

/// The whole content of a stream that cannot be served now. Browsers never come back from a 503, but they do from this.
/// The event has data, because some clients keep `retry` of a block with data only.
pub const COME_BACK_LATER: &[u8] =
    b"retry: 30000\nevent: bye\ndata: {\"post_id\":null,\"reason\":\"full\"}\n\n";

impl StreamFormat {
    /// Returns the whole content of a stream in this form that cannot be served now.
    pub fn come_back_later(&self) -> &'static [u8] {
        match self {
            StreamFormat::Page | StreamFormat::Events => COME_BACK_LATER,
            StreamFormat::Lines { .. } => {
                b"The site has too many open streams at the moment. Try again in a minute.\n"
            }
        }
    }
}
