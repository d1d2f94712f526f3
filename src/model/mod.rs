//! What the site is about: plain types and their rules. No SQL, no HTTP, no clock.

mod base;
mod events;
mod feeds;
mod id;
mod posts;
mod problems;
mod relationships;
mod sessions;
mod text;
mod theme;
mod timestamp;
mod users;

pub use base::{BasePath, BaseUrl};
pub use events::{Epoch, Event, EventId, EventKind, EventRef};
pub use feeds::{Cursor, Page};
pub use id::{FeedId, PostId, SessionId, UserId};
pub use posts::{Message, Post};
pub use problems::Problems;
pub use relationships::Relationship;
pub use sessions::{Lifetimes, Session, Token, TokenHash};
pub use theme::Theme;
pub use timestamp::Timestamp;
pub use users::{
    Credentials, DisplayName, Email, NewUser, Password, Profile, RESERVED_USERNAMES, User, UserName,
};
