use std::str::FromStr;

use super::{CommentId, EventId, PostId, User};

/// Something that others did and that concerns a person: `Ann, Bo and 3 others liked your post`.
#[derive(Debug, Clone)]
pub struct Notification {
    /// The newest of the events that it tells of, and its place in the list.
    pub newest: EventId,
    pub kind: NotificationKind,
    /// Nothing for a follow.
    pub post: Option<NotificationPost>,
    /// Who did it, the newest first; not all of them.
    pub actors: Vec<User>,
    /// How many did it.
    pub count: u64,
    pub is_read: bool,
}

/// What a notification is about.
#[derive(Debug, Clone)]
pub struct NotificationPost {
    pub id: PostId,
    /// The comment it leads to, if it is about one.
    pub comment: Option<CommentId>,
    /// What the post or the comment says.
    pub message: String,
    pub slug: String,
    pub author: User,
    pub is_mine: bool,
    pub is_muted: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NotificationKind {
    Mention,
    Comment,
    Like,
    CommentLike,
    Follow,
    /// Somebody asks to be let in.
    FollowRequest,
    /// The person was let in.
    FollowGranted,
}

impl NotificationKind {
    pub fn name(self) -> &'static str {
        match self {
            NotificationKind::Mention => "mention",
            NotificationKind::Comment => "comment",
            NotificationKind::Like => "like",
            NotificationKind::CommentLike => "comment_like",
            NotificationKind::Follow => "follow",
            NotificationKind::FollowRequest => "follow_request",
            NotificationKind::FollowGranted => "follow_granted",
        }
    }
}

impl FromStr for NotificationKind {
    type Err = ();

    fn from_str(text: &str) -> Result<NotificationKind, ()> {
        let all = [
            NotificationKind::Mention,
            NotificationKind::Comment,
            NotificationKind::Like,
            NotificationKind::CommentLike,
            NotificationKind::Follow,
            NotificationKind::FollowRequest,
            NotificationKind::FollowGranted,
        ];
        all.into_iter().find(|kind| kind.name() == text).ok_or(())
    }
}

/// More than this is shown as "99+", and not counted.
pub const UNREAD_MAX: u32 = 100;
