//! The personal data that members can download: their account, posts, pictures, comments, likes and ties.

use super::{
    CommentId, EventId, Image, Invitation, MediaType, PersonalToken, PostId, Revision, Role,
    SessionSeen, Timestamp, User, slug,
};

/// A part of the download: a member of the object in its `data.json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportPart {
    User,
    Sessions,
    Tokens,
    Invitations,
    Posts,
    Pictures,
    Comments,
    Likes,
    MutedPosts,
    Ties(Tie),
}

impl ExportPart {
    /// Returns all parts, in the order of the file.
    pub fn all() -> impl Iterator<Item = ExportPart> {
        let parts = [
            ExportPart::User,
            ExportPart::Sessions,
            ExportPart::Tokens,
            ExportPart::Invitations,
            ExportPart::Posts,
            ExportPart::Pictures,
            ExportPart::Comments,
            ExportPart::Likes,
            ExportPart::MutedPosts,
        ];
        parts.into_iter().chain(Tie::ALL.map(ExportPart::Ties))
    }

    /// Returns the key of the part.
    pub fn name(self) -> &'static str {
        match self {
            ExportPart::User => "user",
            ExportPart::Sessions => "sessions",
            ExportPart::Tokens => "tokens",
            ExportPart::Invitations => "invitations",
            ExportPart::Posts => "posts",
            ExportPart::Pictures => "pictures",
            ExportPart::Comments => "comments",
            ExportPart::Likes => "likes",
            ExportPart::MutedPosts => "muted_posts",
            ExportPart::Ties(Tie::Following) => "following",
            ExportPart::Ties(Tie::Followers) => "followers",
            ExportPart::Ties(Tie::Asked) => "follow_requests",
            ExportPart::Ties(Tie::AskedBy) => "follow_requests_received",
            ExportPart::Ties(Tie::Muted) => "muted_users",
            ExportPart::Ties(Tie::Blocked) => "blocked_users",
        }
    }
}

/// The account of a member. Posts, comments and likes are read separately, one at a time, because there may be many.
#[derive(Debug, Clone)]
pub struct Account {
    pub user: User,
    pub role: Role,
    /// Empty if none was given.
    pub email: String,
    pub bio: String,
    pub is_private: bool,
    pub former_usernames: Vec<String>,
    /// The newest event whose notifications have been read.
    pub notifications_read: EventId,
    pub unread: u32,
    pub sessions: Vec<SessionSeen>,
    /// The personal tokens, without their secrets.
    pub tokens: Vec<PersonalToken>,
    pub invitations: Vec<Invitation>,
    /// The member's own profile picture.
    pub avatar: Option<OwnImage>,
}

/// A post of the member, with its history.
#[derive(Debug, Clone)]
pub struct OwnPost {
    pub id: PostId,
    pub message: String,
    pub images: Vec<OwnImage>,
    pub created_at: Timestamp,
    pub edited_at: Option<Timestamp>,
    /// The number that the author sees.
    pub likes: u64,
    pub comments: u64,
    /// Earlier texts, newest first.
    pub revisions: Vec<Revision>,
}

/// A picture in its largest rendition: the moving one for an animation.
#[derive(Debug, Clone)]
pub struct OwnImage {
    pub image: Image,
    pub media_type: MediaType,
    /// `None` for an avatar and for a picture that is not attached to a post yet.
    pub post: Option<PostId>,
}

/// A comment that the member wrote.
#[derive(Debug, Clone)]
pub struct OwnComment {
    pub id: CommentId,
    pub message: String,
    pub created_at: Timestamp,
    pub edited_at: Option<Timestamp>,
    /// The post of the comment. `None` if the member may no longer see it.
    pub place: Option<PostAddress>,
}

/// A like that the member gave.
#[derive(Debug, Clone)]
pub struct OwnLike {
    /// `None` if the like is older than the event log.
    pub since: Option<Timestamp>,
    /// The liked comment. `None` if the post itself is liked.
    pub comment: Option<CommentId>,
    pub place: PostAddress,
}

/// The address of somebody's post. It does not contain the post's text, which belongs to its author.
#[derive(Debug, Clone)]
pub struct PostAddress {
    pub post: PostId,
    pub author: User,
    slug: String,
}

/// The kinds of relationships between a member and others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tie {
    Following,
    Followers,
    /// People whom the member has asked to let them follow.
    Asked,
    /// People who have asked the member to let them follow.
    AskedBy,
    Muted,
    Blocked,
}

/// A person on the other side of a relationship.
#[derive(Debug, Clone)]
pub struct Tied {
    pub user: User,
    pub since: Option<Timestamp>,
}

impl OwnPost {
    /// Returns the permalink, without the site's base.
    pub fn path(&self) -> String {
        self.id.path(&slug(&self.message))
    }
}

impl OwnImage {
    /// Returns the name of the picture's file in the archive.
    pub fn file(&self) -> String {
        format!("pictures/{}.{}", self.image.id, self.media_type.extension())
    }
}

impl PostAddress {
    pub(crate) fn new(post: PostId, author: User, message: &str) -> PostAddress {
        PostAddress {
            post,
            author,
            slug: slug(message),
        }
    }

    /// Returns the permalink, without the site's base.
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
