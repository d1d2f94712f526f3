//! The table of events: everything that depends on the kind of an event, with one row for each kind.
//!
//! `store` and `live` read the rows and match on the values in them exhaustively, so a new kind needs a row, and a new
//! value needs an answer wherever it matters.

use std::str::FromStr;

/// The properties of a kind of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventFacts {
    /// The name in the log, and on those streams that carry the event itself.
    pub name: &'static str,
    pub notifies: Notifies,
    pub reveals: Reveals,
    pub removes: Removes,
    pub changes: Changes,
    pub carries: Carries,
}

/// The people whose notifications an event may change. The actor is not one of them unless it says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notifies {
    /// The actor alone.
    Actor,
    PostAuthor,
    CommentAuthor,
    /// The owner of the feed that the event names, or the admins of its group.
    FeedOwner,
    /// The people whom the post or comment mentions.
    Mentioned,
    /// The people whom a new post mentions, and those with a bell on its feed. An undeleted post concerns
    /// everybody in [`Notifies::Involved`].
    MentionedOrInvolved,
    /// The participants of a conversation.
    Participants,
    /// The people a new comment mentions, the post's author, those with a bell on the post, and those who acted on it
    /// before. An undeleted
    /// comment concerns everybody in [`Notifies::Involved`].
    ThreadOrInvolved,
    /// Everybody with a part in the post, the actor included: notifications that were true may be false now, or true
    /// again.
    Involved,
}

/// The part of the actor's doings that an event gives away, beside the post and the comment themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reveals {
    /// An act of the actor.
    Actor,
    /// A like of a post. The post's author always learns of it.
    PostLike,
    /// A like of a comment. The comment's author always learns of it.
    CommentLike,
    /// Nobody's act: a removed thing is gone for everybody who saw it.
    Nobody,
}

/// The thing that is gone after an event, and with it perhaps the post's place on some pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removes {
    Nothing,
    /// The earlier text of a post or comment, and the tags in it.
    Text,
    /// A like of a post, which may have brought the post into rivers.
    Like,
    /// A comment, which may have brought the post into rivers, and the tags in it.
    Comment,
    Post,
}

/// The home pages that look different after an event, beside those of the people whom it notifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changes {
    /// The actor's own.
    Actor,
    /// Those that show the post, and those of the actor's followers, to whom the act may bring the post.
    Article,
    /// The same, and those of everybody who follows a feed of the post, where the post moves to the top. Undoing a
    /// deletion may change any page.
    Place,
    /// Perhaps all.
    Any,
}

/// The content of an event on streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carries {
    /// The post as it is now, with these fields, under the event's own name.
    Article(&'static [EventField]),
    /// The post's id, under the event's own name.
    PostId,
    /// The name of the group, for those who read it.
    Group,
    /// A `reset` for the actor, whose whole river has changed.
    Reset,
    /// A `reset` for everybody: things of the actor are gone from any page, or are back.
    ResetForAll,
    /// No content. Only a `notification` can come of the event.
    Nothing,
}

/// A part of an event's data that not every event has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventField {
    Post,
    /// The actor.
    User,
    Likes,
    CommentId,
    Comment,
}

/// Declares the kinds and their table together, so that no kind can lack a row.
macro_rules! event_kinds {
    ($($(#[$doc:meta])* $kind:ident: $name:literal, $notifies:ident, $reveals:ident, $removes:ident, $changes:ident, $carries:expr;)*) => {
        /// The kinds of events in the log.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum EventKind {
            $($(#[$doc])* $kind),*
        }

        impl EventKind {
            /// All kinds, in the order of the table.
            pub const ALL: &[EventKind] = &[$(EventKind::$kind),*];

            /// Returns the kind's row of the table.
            pub const fn facts(self) -> EventFacts {
                use Carries::{Article, Group, Nothing, PostId, Reset, ResetForAll};
                use EventField::{Comment, CommentId, Likes, Post, User};
                match self {
                    $(EventKind::$kind => EventFacts {
                        name: $name,
                        notifies: Notifies::$notifies,
                        reveals: Reveals::$reveals,
                        removes: Removes::$removes,
                        changes: Changes::$changes,
                        carries: $carries,
                    }),*
                }
            }
        }
    };
}

event_kinds! {
    // kind               name in the log    notifies             reveals      removes  changes  streams carry
    Post:                 "post",            MentionedOrInvolved, Actor,       Nothing, Place,   Article(&[Post]);
    PostEdited:           "post_edited",     Mentioned,           Actor,       Text,    Any,     Article(&[Post]);
    PostDeleted:          "post_deleted",    Involved,            Actor,       Post,    Any,     PostId;
    /// A post to which this one links has changed, or is gone or back. The actor is the author of this one.
    QuoteChanged:         "quote_changed",   Actor,               Nobody,      Nothing, Article, Article(&[]);
    Comment:              "comment",         ThreadOrInvolved,    Actor,       Nothing, Place,   Article(&[CommentId, Comment]);
    CommentEdited:        "comment_edited",  Mentioned,           Actor,       Text,    Any,     Article(&[CommentId, Comment]);
    CommentDeleted:       "comment_deleted", Involved,            Nobody,      Comment, Any,     Article(&[CommentId]);
    Like:                 "like",            PostAuthor,          PostLike,    Nothing, Article, Article(&[User, Likes]);
    Unlike:               "unlike",          PostAuthor,          PostLike,    Like,    Article, Article(&[User, Likes]);
    CommentLike:          "comment_like",    CommentAuthor,       CommentLike, Nothing, Article, Article(&[User, CommentId, Comment]);
    CommentUnlike:        "comment_unlike",  CommentAuthor,       CommentLike, Nothing, Article, Article(&[User, CommentId, Comment]);
    Follow:               "follow",          FeedOwner,           Actor,       Nothing, Actor,   Reset;
    Unfollow:             "unfollow",        FeedOwner,           Actor,       Nothing, Actor,   Reset;
    /// A request to follow a private feed.
    FollowRequest:        "follow_request",  FeedOwner,           Actor,       Nothing, Actor,   Nothing;
    /// A granted request. The actor is the new follower.
    FollowGranted:        "follow_granted",  Actor,               Actor,       Nothing, Actor,   Reset;
    /// A change of what the actor sees as a whole, such as a block.
    RiverChanged:         "river",           Actor,               Actor,       Nothing, Any,     Reset;
    /// A change of who sees the actor: a suspension, a departure, a private feed, or the end of one of these.
    PersonChanged:        "person",          Actor,               Actor,       Nothing, Any,     ResetForAll;
    /// Somebody was added to a conversation, or left it.
    Participants:         "participants",    Participants,        Actor,       Nothing, Actor,   Article(&[User]);
    /// A group was created, or its title, text or rules changed.
    GroupChanged:         "group",           FeedOwner,           Nobody,      Nothing, Any,     Group;
    /// A change of what the actor may do in a group.
    GroupRole:            "group_role",      Actor,               Nobody,      Nothing, Actor,   Reset;
    /// A change of what the actor hides.
    HidesChanged:         "hides",           Actor,               Actor,       Nothing, Actor,   Reset;
    /// A change of the actor's own lists.
    ListsChanged:         "lists",           Actor,               Nobody,      Nothing, Actor,   Reset;
    /// A change of the actor's own notifications: they were read, or a post was muted.
    NotificationsChanged: "notifications",   Actor,               Actor,       Nothing, Actor,   Nothing;
}

impl EventKind {
    /// Returns the name in the log.
    pub fn name(self) -> &'static str {
        self.facts().name
    }

    /// Returns whether streams carry the event under its own name.
    fn is_on_streams(self) -> bool {
        match self.facts().carries {
            Carries::Article(_) | Carries::PostId | Carries::Group => true,
            Carries::Reset | Carries::ResetForAll | Carries::Nothing => false,
        }
    }
}

impl FromStr for EventKind {
    type Err = ();

    fn from_str(text: &str) -> Result<EventKind, ()> {
        let mut kinds = EventKind::ALL.iter().copied();
        kinds.find(|kind| kind.name() == text).ok_or(())
    }
}

impl Removes {
    /// Returns whether an act is gone that may have brought the post into rivers and discussions.
    pub fn includes_act(self) -> bool {
        match self {
            Removes::Like | Removes::Comment => true,
            Removes::Nothing | Removes::Text | Removes::Post => false,
        }
    }

    /// Returns whether text is gone under whose tags the post was found.
    pub fn includes_text(self) -> bool {
        match self {
            Removes::Text | Removes::Comment => true,
            Removes::Nothing | Removes::Like | Removes::Post => false,
        }
    }
}

/// A name that an event has on streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamEvent {
    /// An event of the log that streams carry under its own name.
    Logged(EventKind),
    /// The numbers of unread notifications and conversations.
    Notification,
    /// The reader has read a post, on this page or another one. It is in no log: a page that missed it learns it when it
    /// loads again.
    Seen,
    /// A request to load the page's river again.
    Reset,
    /// The end of the stream, with the reason.
    Bye,
}

impl StreamEvent {
    /// Returns the name that stands in the `event:` field.
    pub fn name(self) -> &'static str {
        match self {
            StreamEvent::Logged(kind) => kind.name(),
            StreamEvent::Notification => "notification",
            StreamEvent::Seen => "seen",
            StreamEvent::Reset => "reset",
            StreamEvent::Bye => "bye",
        }
    }

    /// Returns every event that a stream can carry.
    pub fn all() -> impl Iterator<Item = StreamEvent> {
        let logged = EventKind::ALL.iter().filter(|kind| kind.is_on_streams());
        let logged = logged.copied().map(StreamEvent::Logged);
        logged.chain([
            StreamEvent::Notification,
            StreamEvent::Seen,
            StreamEvent::Reset,
            StreamEvent::Bye,
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_reads_back_from_its_name() {
        for kind in EventKind::ALL {
            assert_eq!(kind.name().parse(), Ok(*kind));
        }
        assert_eq!("reset".parse::<EventKind>(), Err(()));
    }
}
