//! What is kept of a person, as they take it home.

use super::{
    CommentId, EventId, Image, Invitation, MediaType, PersonalToken, PostId, Revision, Role,
    SessionSeen, Timestamp, User, slug,
};

/// A person's account. What they wrote and did is read piece by piece, because it may be much.
#[derive(Debug, Clone)]
pub struct Account {
    pub user: User,
    pub role: Role,
    /// Empty if they gave none.
    pub email: String,
    pub bio: String,
    pub is_private: bool,
    pub former_usernames: Vec<String>,
    /// Up to this event their notifications are read.
    pub notifications_read: EventId,
    pub unread: u32,
    pub sessions: Vec<SessionSeen>,
    /// Those they made for scripts, without what a script shows.
    pub tokens: Vec<PersonalToken>,
    pub invitations: Vec<Invitation>,
    /// The picture of themselves.
    pub avatar: Option<OwnImage>,
}

#[derive(Debug, Clone)]
pub struct OwnPost {
    pub id: PostId,
    pub message: String,
    pub images: Vec<OwnImage>,
    pub created_at: Timestamp,
    pub edited_at: Option<Timestamp>,
    /// As many as its author sees.
    pub likes: u64,
    pub comments: u64,
    /// What it said before, the newest first.
    pub revisions: Vec<Revision>,
}

/// A picture in its largest size, which moves if the picture does.
#[derive(Debug, Clone)]
pub struct OwnImage {
    pub image: Image,
    pub media_type: MediaType,
    /// None if it is not used yet, or is the person's own.
    pub post: Option<PostId>,
}

#[derive(Debug, Clone)]
pub struct OwnComment {
    pub id: CommentId,
    pub message: String,
    pub created_at: Timestamp,
    pub edited_at: Option<Timestamp>,
    /// None if its author may not see the post any more.
    pub place: Option<Place>,
}

#[derive(Debug, Clone)]
pub struct OwnLike {
    /// None if the log does not reach back so far.
    pub since: Option<Timestamp>,
    /// What is liked, if it is not the post.
    pub comment: Option<CommentId>,
    pub place: Place,
}

/// Somebody's post, as much of it as its address tells. The words are theirs.
#[derive(Debug, Clone)]
pub struct Place {
    pub post: PostId,
    pub author: User,
    slug: String,
}

/// How a person is tied to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tie {
    Following,
    Followers,
    /// Whom they asked to be let in by.
    Asked,
    /// Who asks to be let in by them.
    AskedBy,
    Muted,
    Blocked,
}

/// Somebody that a person is tied to.
#[derive(Debug, Clone)]
pub struct Tied {
    pub user: User,
    pub since: Option<Timestamp>,
}

impl OwnPost {
    pub fn path(&self) -> String {
        self.id.path(&slug(&self.message))
    }
}

impl OwnImage {
    /// Its name in the archive.
    pub fn file(&self) -> String {
        format!("pictures/{}.{}", self.image.id, self.media_type.extension())
    }
}

impl Place {
    pub(crate) fn new(post: PostId, author: User, message: &str) -> Place {
        Place {
            post,
            author,
            slug: slug(message),
        }
    }

    pub fn path(&self) -> String {
        self.post.path(&self.slug)
    }
}

impl Tie {
    pub const ALL: [Tie; 6] = [
        Tie::Following,
        Tie::Followers,
        Tie::Asked,
        Tie::AskedBy,
        Tie::Muted,
        Tie::Blocked,
    ];
}
