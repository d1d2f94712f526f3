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

/// Declares the kinds and their names together, so that no kind can lack one.
macro_rules! notification_kinds {
    ($($(#[$doc:meta])* $kind:ident: $name:literal;)*) => {
        /// The kinds of notifications.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum NotificationKind {
            $($(#[$doc])* $kind),*
        }

        impl NotificationKind {
            /// All kinds.
            pub const ALL: &[NotificationKind] = &[$(NotificationKind::$kind),*];

            /// Returns the name in queries and in the API.
            pub fn name(self) -> &'static str {
                match self {
                    $(NotificationKind::$kind => $name),*
                }
            }
        }
    };
}

notification_kinds! {
    Mention: "mention";
    Comment: "comment";
    Like: "like";
    CommentLike: "comment_like";
    Follow: "follow";
    /// Somebody has asked to follow the private user.
    FollowRequest: "follow_request";
    /// A private user has accepted the follow request.
    FollowGranted: "follow_granted";
}

impl FromStr for NotificationKind {
    type Err = ();

    fn from_str(text: &str) -> Result<NotificationKind, ()> {
        let mut all = NotificationKind::ALL.iter().copied();
        all.find(|kind| kind.name() == text).ok_or(())
    }
}

/// The count of unread notifications stops here, and is displayed as "99+".
pub const UNREAD_MAX: u32 = 100;
