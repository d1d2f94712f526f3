use std::{fmt, str::FromStr};

use super::{CommentId, FeedId, PostId, UserId};

/// The place of an event in the log. It only grows, and it is the order of everything.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct EventId(pub i64);

/// Which life of the log an event belongs to; a restored backup starts a new one. Letters and digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Epoch(String);

/// An event's id as streams carry it: `E-N`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRef {
    pub epoch: Epoch,
    pub id: EventId,
}

/// Something that happened, as the log keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub id: EventId,
    pub kind: EventKind,
    pub actor: UserId,
    /// The author of the post; for an event about a feed, the person who owns it.
    pub author: Option<UserId>,
    /// A feed that the post is in, or was; for a follow, the feed that is followed.
    pub feed: FeedId,
    pub post: Option<PostId>,
    pub comment: Option<CommentId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    Post,
    PostEdited,
    PostDeleted,
    Comment,
    CommentEdited,
    CommentDeleted,
    Like,
    Unlike,
    CommentLike,
    CommentUnlike,
    Follow,
    Unfollow,
    /// Somebody asks to be let in; and is.
    FollowRequest,
    FollowGranted,
    /// What somebody sees has changed as a whole: their river is to be read anew.
    RiverChanged,
    /// Somebody has read their notifications, or wants to hear no more of some.
    NotificationsChanged,
}

impl EventKind {
    const ALL: [EventKind; 16] = [
        EventKind::Post,
        EventKind::PostEdited,
        EventKind::PostDeleted,
        EventKind::Comment,
        EventKind::CommentEdited,
        EventKind::CommentDeleted,
        EventKind::Like,
        EventKind::Unlike,
        EventKind::CommentLike,
        EventKind::CommentUnlike,
        EventKind::Follow,
        EventKind::Unfollow,
        EventKind::FollowRequest,
        EventKind::FollowGranted,
        EventKind::RiverChanged,
        EventKind::NotificationsChanged,
    ];

    /// The name in the log and, as far as streams carry it, there.
    pub fn name(self) -> &'static str {
        match self {
            EventKind::Post => "post",
            EventKind::PostEdited => "post_edited",
            EventKind::PostDeleted => "post_deleted",
            EventKind::Comment => "comment",
            EventKind::CommentEdited => "comment_edited",
            EventKind::CommentDeleted => "comment_deleted",
            EventKind::Like => "like",
            EventKind::Unlike => "unlike",
            EventKind::CommentLike => "comment_like",
            EventKind::CommentUnlike => "comment_unlike",
            EventKind::Follow => "follow",
            EventKind::Unfollow => "unfollow",
            EventKind::FollowRequest => "follow_request",
            EventKind::FollowGranted => "follow_granted",
            EventKind::RiverChanged => "river",
            EventKind::NotificationsChanged => "notifications",
        }
    }
}

impl FromStr for EventKind {
    type Err = ();

    fn from_str(text: &str) -> Result<EventKind, ()> {
        EventKind::ALL
            .into_iter()
            .find(|kind| kind.name() == text)
            .ok_or(())
    }
}

impl Epoch {
    pub fn random() -> Epoch {
        Epoch(format!("{:08x}", rand::random::<u32>()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn at(&self, id: EventId) -> EventRef {
        EventRef {
            epoch: self.clone(),
            id,
        }
    }

    /// An epoch the database holds was made by [`Epoch::random`].
    pub(crate) fn stored(text: String) -> Epoch {
        Epoch(text)
    }
}

impl fmt::Display for EventRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.epoch.0, self.id.0)
    }
}

impl FromStr for EventRef {
    type Err = ();

    fn from_str(text: &str) -> Result<EventRef, ()> {
        let (epoch, id) = text.split_once('-').ok_or(())?;
        let plain = !epoch.is_empty()
            && epoch.len() <= 16
            && epoch.bytes().all(|b| b.is_ascii_alphanumeric());
        let digits = !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
        if !plain || !digits {
            return Err(());
        }
        let id = id.parse().map_err(|_| ())?;
        Ok(EventRef {
            epoch: Epoch(epoch.to_owned()),
            id: EventId(id),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_id_reads_back_as_streams_carry_it() {
        let at = Epoch::random().at(EventId(42));
        assert_eq!(at.to_string().parse(), Ok(at));
        for wrong in [
            "",
            "-",
            "a-",
            "-1",
            "a--1",
            "a-+1",
            "a-1 ",
            "é-1",
            "a-99999999999999999999",
            "12",
        ] {
            assert_eq!(wrong.parse::<EventRef>(), Err(()), "{wrong:?}");
        }
    }
}
