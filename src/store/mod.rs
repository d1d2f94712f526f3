//! All SQL. A function that only reads takes `&Connection`; one that writes takes `&mut Tx`.
//!
//! Every query that returns someone's things takes the viewer as `?1`. The rules of visibility are in `visibility`
//! alone.

mod acts;
pub mod audience;
pub mod backups;
pub mod bells;
pub mod checkups;
pub mod comments;
mod commits;
mod copies;
pub mod db;
pub mod devices;
pub mod directs;
pub mod events;
pub mod exports;
pub mod feed_keys;
pub mod feeds;
pub mod files;
pub mod groups;
pub mod hides;
pub mod hooks;
pub mod housekeeping;
pub mod images;
pub mod imaginary;
pub mod import_runs;
pub mod imports;
mod in_place;
mod integrity;
pub mod invitations;
pub mod journal;
pub mod likes;
pub mod links;
pub mod lists;
pub mod members;
pub mod moves;
pub mod notifications;
mod open;
pub mod people;
pub mod personal;
pub mod pins;
pub mod posts;
pub mod presence;
mod quotes;
mod reach;
pub mod readership;
pub mod relationships;
pub mod rivers;
mod rows;
pub mod saves;
pub mod search;
pub mod seen;
pub mod sessions;
pub mod signals;
pub mod sources;
mod sql;
mod text_rules;
mod texts;
pub mod throttle;
pub mod tokens;
pub mod users;
mod visibility;
mod visit;
pub mod warnings;
pub mod webhooks;
mod writer;

pub use commits::{Commit, OnCommit};
pub use db::Db;
pub use in_place::NOT_IN_PLACE;
pub use open::OpenError;
pub use reach::{Reach, Touch};
pub use signals::SignalMark;
pub use visit::Visit;
pub use writer::Tx;

use std::time::Duration;

/// One moment of the database, as a read sees it.
pub type Snapshot = rusqlite::Connection;

/// The time in which a deletion can be undone. After that the deleted row is removed for good.
pub const UNDELETE_FOR: Duration = Duration::from_mins(10);

#[cfg(test)]
pub(crate) mod tests;
