//! The frames of an event stream, as text (WHATWG HTML, §9.2 "Server-sent events").

use std::sync::Arc;

use serde_json::{Value, json};

use crate::model::{EventRef, PostId, StreamEvent};

/// The bytes of one or more whole frames, which all readers of the same thing share.
pub(super) type SseFrame = Arc<[u8]>;

/// The reason why the server ends a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EndReason {
    Shutdown,
    SignedOut,
    TooMany,
}

/// The beginning and end of a stream that cannot be served now. Browsers never come back from a 503, but they do from
/// this.
pub(super) const COME_BACK_LATER: &[u8] = b"retry: 30000\n\n";

/// A comment, which only shows that the stream still works.
pub(super) const HEARTBEAT: &[u8] = b":\n\n";

/// Returns the first frame of a stream: when to reconnect, and the position to resume from before any event has come.
pub(super) fn hello(at: &EventRef) -> String {
    format!("retry: 3000\nid: {at}\n\n")
}

/// Returns a frame with an event. JSON contains no line breaks, so one `data:` line holds it whole.
pub(super) fn frame(at: &EventRef, event: StreamEvent, data: &Value) -> SseFrame {
    let name = event.name();
    format!("id: {at}\nevent: {name}\ndata: {data}\n\n")
        .into_bytes()
        .into()
}

/// Returns a frame with the number of unread notifications.
pub(super) fn notification(at: &EventRef, post: Option<PostId>, unread: u32) -> SseFrame {
    let data = json!({ "post_id": post, "unread": unread });
    frame(at, StreamEvent::Notification, &data)
}

/// Returns a frame that makes the page load its river again and go on from `at`.
pub(super) fn reset(at: &EventRef) -> SseFrame {
    frame(at, StreamEvent::Reset, &json!({ "post_id": null }))
}

/// Returns the last frame of a stream that the server ends.
pub(super) fn bye(at: &EventRef, reason: EndReason) -> SseFrame {
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
        assert_eq!(hello(&at), "retry: 3000\nid: e-7\n\n");
        for (frame, expected) in [
            (
                notification(&at, None, 3),
                "id: e-7\nevent: notification\ndata: {\"post_id\":null,\"unread\":3}\n\n",
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
            assert_eq!(std::str::from_utf8(&frame), Ok(expected));
        }
    }
}
