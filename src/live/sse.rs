//! The frames of a stream: events as text (WHATWG HTML, §9.2 "Server-sent events"), or their lines of plain text.

use std::{ops::Range, sync::Arc};

use serde::Serialize;
use serde_json::json;

use crate::http::{Join, StreamFormat};
use crate::model::{EventRef, PostId, StreamEvent, TextLine, Unread, UnreadCounts};

/// One or more whole frames, which all readers of the same thing share. They are stored as a chunk (RFC 9112 §7.1), and
/// are a part of its bytes for a client that takes no chunks.
#[derive(Debug, Clone)]
pub(super) struct StreamFrame {
    bytes: Arc<[u8]>,
    unchunked: Range<usize>,
}

/// The reason why the server ends a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EndReason {
    Shutdown,
    SignedOut,
    TooMany,
}

/// The frames that show that a stream still works.
pub(super) struct Heartbeats {
    page: StreamFrame,
    events: StreamFrame,
    lines: StreamFrame,
}

/// The end of a chunked stream (RFC 9112 §7.1).
pub(super) const LAST_CHUNK: &[u8] = b"0\r\n\r\n";

impl Heartbeats {
    /// Makes the frames, which all streams share.
    pub(super) fn new() -> Heartbeats {
        Heartbeats {
            // The scripts of pages cannot see comments.
            page: StreamFrame::of(b"event: alive\ndata: {\"post_id\":null}\n\n"),
            // A comment. It is one line: some clients make a message of each empty line.
            events: StreamFrame::of(b":\n"),
            // A terminal shows nothing of it.
            lines: StreamFrame::of(b"\r"),
        }
    }

    /// Returns the heartbeat of a stream in this form.
    pub(super) fn of(&self, format: &StreamFormat) -> StreamFrame {
        let frame = match format {
            StreamFormat::Page => &self.page,
            StreamFormat::Events => &self.events,
            StreamFormat::Lines { .. } => &self.lines,
        };
        frame.clone()
    }
}

impl StreamFrame {
    /// Makes a frame of its text.
    pub(super) fn of(text: &[u8]) -> StreamFrame {
        let mut bytes = format!("{:x}\r\n", text.len()).into_bytes();
        let start = bytes.len();
        bytes.extend_from_slice(text);
        let unchunked = start..bytes.len();
        bytes.extend_from_slice(b"\r\n");
        StreamFrame {
            bytes: bytes.into(),
            unchunked,
        }
    }

    /// Makes the beginning of one stream: the head of the response, and the first frame.
    pub(super) fn opening(head: Vec<u8>, text: &[u8], is_chunked: bool) -> StreamFrame {
        let mut bytes = head;
        // An empty chunk would end the stream.
        if !text.is_empty() {
            bytes.extend_from_slice(StreamFrame::of(text).bytes(is_chunked));
        }
        StreamFrame {
            unchunked: 0..bytes.len(),
            bytes: bytes.into(),
        }
    }

    /// Returns the line of an event, for a reader of plain text. None if nothing new was written.
    pub(super) fn in_plain_text(&self, site: &str) -> Option<StreamFrame> {
        let text = std::str::from_utf8(self.bytes(false)).ok()?;
        let field = |name: &str| {
            let mut lines = text.lines();
            lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
        };
        let line = TextLine::of_event(field("event")?, field("data")?, site)?;
        Some(StreamFrame::of(line.as_bytes()))
    }

    /// Returns the bytes for a client that takes chunks, or for one that does not.
    pub(super) fn bytes(&self, is_chunked: bool) -> &[u8] {
        if is_chunked {
            &self.bytes
        } else {
            &self.bytes[self.unchunked.clone()]
        }
    }
}

/// Returns the first frame of a stream: when to reconnect, and the position to resume from before any event has come.
fn hello(at: &EventRef) -> String {
    format!("retry: 3000\nid: {at}\n\n")
}

/// Returns the text that a stream begins with. Events begin with the first frame, the unread counts for a reader who comes
/// back, and a reset for one whose position is unusable.
pub(super) fn greeting(at: &EventRef, join: &Join) -> Vec<u8> {
    if matches!(join.format, StreamFormat::Lines { .. }) {
        return join.opening.clone();
    }
    let mut text = hello(at).into_bytes();
    if let Some(unread) = join.unread {
        text.extend_from_slice(notification(at, None, unread).bytes(false));
    }
    if join.reset {
        text.extend_from_slice(reset(at).bytes(false));
    }
    text
}

/// Returns a frame with an event. JSON contains no line breaks, so one `data:` line holds it whole.
pub(super) fn frame(at: &EventRef, event: StreamEvent, data: &impl Serialize) -> StreamFrame {
    let mut text = format!("id: {at}\nevent: {}\ndata: ", event.name()).into_bytes();
    serde_json::to_writer(&mut text, data).expect("all keys are texts");
    text.extend_from_slice(b"\n\n");
    StreamFrame::of(&text)
}

/// Returns a frame with the unread counts.
pub(super) fn notification(
    at: &EventRef,
    post: Option<PostId>,
    unread: UnreadCounts,
) -> StreamFrame {
    let UnreadCounts {
        notifications,
        directs,
    } = unread;
    let data = json!({ "post_id": post, "unread": notifications, "directs": directs });
    frame(at, StreamEvent::Notification, &data)
}

/// Returns a frame with what is still unread in a post that the reader has seen. It has the id of the event before it, as
/// it is none of the log.
pub(super) fn seen(at: &EventRef, post: PostId, unread: Unread) -> StreamFrame {
    let data = json!({ "post_id": post, "count": unread.count, "first": unread.first });
    frame(at, StreamEvent::Seen, &data)
}

/// Returns a frame that makes the page load its river again and go on from `at`.
pub(super) fn reset(at: &EventRef) -> StreamFrame {
    frame(at, StreamEvent::Reset, &json!({ "post_id": null }))
}

/// Returns the last frame of a stream that the server ends.
pub(super) fn bye(at: &EventRef, reason: EndReason) -> StreamFrame {
    let data = json!({ "post_id": null, "reason": reason.name() });
    frame(at, StreamEvent::Bye, &data)
}

impl EndReason {
    fn name(self) -> &'static str {
        match self {
            EndReason::Shutdown => "shutdown",
            EndReason::SignedOut => "signed_out",
            EndReason::TooMany => "too_many",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_written_to_the_letter() {
        let at: EventRef = "e-7".parse().expect("an id");
        let unread = UnreadCounts {
            notifications: 3,
            directs: 1,
        };
        assert_eq!(hello(&at), "retry: 3000\nid: e-7\n\n");
        for (frame, expected) in [
            (
                notification(&at, None, unread),
                "id: e-7\nevent: notification\ndata: {\"directs\":1,\"post_id\":null,\"unread\":3}\n\n",
            ),
            (
                reset(&at),
                "id: e-7\nevent: reset\ndata: {\"post_id\":null}\n\n",
            ),
            (
                bye(&at, EndReason::TooMany),
                "id: e-7\nevent: bye\ndata: {\"post_id\":null,\"reason\":\"too_many\"}\n\n",
            ),
        ] {
            assert_eq!(std::str::from_utf8(frame.bytes(false)), Ok(expected));
            let chunk = format!("{:x}\r\n{expected}\r\n", expected.len());
            assert_eq!(std::str::from_utf8(frame.bytes(true)), Ok(chunk.as_str()));
        }
    }
}
