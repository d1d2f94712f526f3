//! What is new to the reader of a post: its JSON.

use serde::Serialize;

use crate::model::{CommentId, Unread};

/// The comments of a post that are new to the caller, as JSON.
#[derive(Serialize)]
pub(super) struct UnreadJson {
    count: u64,
    first: Option<CommentId>,
}

/// Returns what is new in a post, as JSON.
pub(super) fn json(unread: Unread) -> UnreadJson {
    let Unread { count, first, .. } = unread;
    UnreadJson { count, first }
}
