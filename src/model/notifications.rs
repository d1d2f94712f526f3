//! Notifications: grouped events that concern a user.

use std::str::FromStr;

use super::{CommentId, EventId, Group, PostId, User};

/// Events of one kind that concern a user, grouped: `Ann, Bo and 3 others liked your post`.
#[derive(Debug, Clone)]
pub struct Notification {
    /// The newest event of the group, which is also its position in the list.
    pub newest: EventId,
    pub kind: NotificationKind,
    /// `None` for a follow.
    pub post: Option<NotificationPost>,
    /// The group that it is about, for a kind about groups.
    pub group: Option<NotificationGroup>,
    /// Some of the people, newest first. Nobody if a group did it.
    pub actors: Vec<User>,
    /// The number of all people.
    pub count: u64,
    pub is_read: bool,
}

impl Notification {
    /// Returns whether the author of the post did it, and nobody else.
    pub fn is_by_author_alone(&self) -> bool {
        let author = self.post.as_ref().map(|post| post.author.id);
        self.count == 1 && self.actors.first().map(|actor| actor.id) == author
    }
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

/// The group that a notification is about, and what happened there.
#[derive(Debug, Clone)]
pub struct NotificationGroup {
    pub group: Group,
    pub deed: GroupDeed,
}

/// What happened in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupDeed {
    AskedToJoin,
    LetIn,
    MadeAdmin,
    Barred,
    /// The viewer is a member like others again.
    MadeMember,
    DeletedOwnPost,
    DeletedOwnComment,
    DeletedPost,
    DeletedComment,
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
    /// Somebody has asked to join a private group of which the user is an admin.
    GroupRequest: "group_request";
    /// A private group has let the user in.
    GroupGranted: "group_granted";
    /// The user has become an admin of a group or is none any more, or may no longer post, or may again.
    GroupRole: "group_role";
    /// Somebody has begun a conversation with the user, or added them to one.
    Direct: "direct";
    /// An admin of a group has deleted a post or a comment of the user, or of another member of a group of which the user
    /// is an admin.
    Moderated: "moderated";
    /// Something new where the user has a bell: a post in a feed, or comments on a post.
    Bell: "bell";
}

impl FromStr for NotificationKind {
    type Err = ();

    fn from_str(text: &str) -> Result<NotificationKind, ()> {
        let mut all = NotificationKind::ALL.iter().copied();
        all.find(|kind| kind.name() == text).ok_or(())
    }
}

/// The counts of unread things stop here, and are displayed as "99+".
pub const UNREAD_MAX: u32 = 100;

/// The numbers of unread things that every page shows, each up to [`UNREAD_MAX`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct UnreadCounts {
    pub notifications: u32,
    /// Conversations with something new.
    pub directs: u32,
}
