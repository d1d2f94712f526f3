//! All SQL. A function that only reads takes `&Connection`; one that writes takes `&mut Tx`.
//!
//! Every query that returns someone's things takes the viewer as `?1`; who may see a post is said once, in
//! `posts::visible!`.

pub mod db;
pub mod events;
pub mod feeds;
mod open;
pub mod posts;
pub mod relationships;
pub mod sessions;
mod sql;
pub mod users;
mod writer;

pub use db::{Commit, Db, OnCommit};
pub use open::OpenError;
pub use writer::Tx;
