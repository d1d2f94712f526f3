//! Notifications: grouped events that concern a user.

use std::str::FromStr;

use super::{CommentId, EventId, PostId, User};

/// Events of one kind that concern a user, grouped: `Ann, Bo and 3 others liked your post`.
#[derive(Debug, Clone)]
pub struct Notification {
    /// The newest event of the group, which is also its position in the list.
    pub newest: EventId,
    pub kind: NotificationKind,
    /// `None` for a follow.
    pub post: Option<NotificationPost>,
    /// Some of the people, newest first.
    pub actors: Vec<User>,
    /// The number of all people.
    pub count: u64,
    pub is_read: bool,
}

/// The post or comment that a notification is about.
#[derive(Debug, Clone)]
pub struct NotificationPost {
    pub id: PostId,
    /// The comment, if the notification is about one.
    pub comment: Option<CommentId>,
    /// The text of the comment, or else of the post.
    pub message: String,
    pub slug: String,
    pub author: User,
    pub is_mine: bool,
    pub is_muted: bool,
}

/// The kinds of notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NotificationKind {
    Mention,
    Comment,
    Like,
    CommentLike,
    Follow,
    /// Somebody has asked to follow the private user.
    FollowRequest,
    /// A private user has accepted the follow request.
    FollowGranted,
}

impl NotificationKind {
    /// Returns the name in queries and in the API.
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

/// The count of unread notifications stops here, and is displayed as "99+".
pub const UNREAD_MAX: u32 = 100;
