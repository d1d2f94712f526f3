//! QuartFeed: your own FriendFeed, in one binary and one file.
//!
//! `docs/development.md` is the longer version of this page: the way of a request in drawings, and a checklist for a
//! new noun.
//!
//! # One way
//!
//! ```text
//!  socket ─ door/ ─ tiny_http ─ server.rs ─ routes.rs ─ web/<noun>.rs ─┬─ model/<noun>.rs   text → types
//!                                            (who may)                 ├─ store/<noun>.rs   one read or one write
//!                                                                      └─ views/<noun>.rs   plain data → markup
//!         live/ (publisher, hub, streams)  ◄── the log of events, after each commit ── store/writer.rs
//! ```
//!
//! A request goes one way. [`door`] is the only part that faces the network. It lets complete, bounded requests
//! through to tiny_http on a private socket. [`server`] takes them from there and hands them to [`routes`], which
//! finds the handler, checks the caller and where the request comes from, and turns errors into answers. A handler in
//! `web` parses (`model`), asks (`store`) and shows (`views`), in a few lines. [`live`] stands beside that line: it
//! tells open pages what was committed.
//!
//! Uploaded files are not kept. [`pictures`] encodes each picture anew in all sizes that pages need. A process of its
//! own does this (the same program, as `quartfeed draw`), one picture at a time and with limits on memory and time,
//! so that a decoder that fails can do no harm. The database stores the result in chunks, equal bytes once
//! (`store/images`), and a picture is served to those who may see the post or person that it belongs to.
//!
//! # What always holds
//!
//! - Nothing is announced before it is on the disk. An event is a row of the log, written in the same transaction as
//!   the change that it tells of, and the log is the queue of the live path.
//! - One piece of SQL decides whether a viewer may see a thing, by the rows of today, for pages and streams alike.
//! - Time is a parameter. Only `main` and the tests build a clock.
//! - There are no globals. Two sites run in one process, and the tests do it.
//! - Everything has a limit with a name, and the answer to a request that exceeds it says so.
//!
//! # Words
//!
//! - A *post* is what a member publishes. Its text is the *message*. A *body* is a text after parsing, with links,
//!   mentions and tags; in `door` and `http` it is the body of a request or response. *Text* is any words of people.
//! - A *feed* is a place that posts are in and that people follow. A *river* is a query: posts as one viewer sees
//!   them on a page. A *list* is a river that a member puts together; in other code it is anything that is shown page
//!   by page. The address `/feed` is the home river; it is older than these words.
//! - An *upload* is a file as it arrives. An *image* is a picture that is stored, a *rendition* is an image in one of
//!   its sizes, and a *blob* is the bytes of a rendition. *Picture* is the word for people, and the name of the room.
//! - A *user* is an account. A *member* is a user who may act on this site. *Person* is the word for users in
//!   sentences and in tests. The *viewer* is the person for whom something is read, a guest too. The *caller* is the
//!   guest, browser or program behind a request.
//! - A *session* is a browser that is signed in. A *token* is a secret text. A *holder* is the session or token that
//!   keeps a stream open.
//! - An *event* is a row of the log. A *commit* is the moment at which changes are on the disk. A *stream* carries
//!   events to pages, and a *topic* is what one page shows.
//! - A *key* has a word before it, as in idempotency key. A *cursor* is the place where the next page of a list
//!   begins.
//!
//! # In reading order
//!
//! [`error`], [`model`], [`store`], `views`, `archives`, `web`, [`routes`], [`auth`], [`http`], [`server`], [`door`], [`live`],
//! [`pictures`], `assets`, [`app`], [`seen`], [`arrivals`], `imports`, `outgoing`, [`feeds_in`], [`webhooks`], `housekeeping`, `backups`, [`config`], [`clock`],
//! [`log`], [`metrics`], `sync`, [`demo`], [`cli`].
//! `tests/it/structure/rooms.rs` says which of them must not know which others.

pub mod app;
mod archives;
pub mod arrivals;
mod assets;
pub mod auth;
mod backups;
pub mod cache;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod door;
pub mod error;
pub mod feeds_in;
mod housekeeping;
pub mod http;
pub mod imports;
pub mod live;
pub mod log;
pub mod metrics;
pub mod model;
mod outgoing;
pub mod pictures;
pub mod routes;
pub mod seen;
pub mod server;
pub mod store;
mod sync;
mod views;
mod web;
pub mod webhooks;
pub mod words;
