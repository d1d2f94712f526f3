//! QuartFeed: your own FriendFeed, in one binary and one file.
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
//! A request goes one way. [`door`] is the only thing that faces the network; it lets complete, bounded requests
//! through to tiny_http on a private socket. [`server`] takes them there and hands them to [`routes`], which finds the
//! handler, checks who asks and from where, and draws what goes wrong. A handler in `web` parses (`model`), asks
//! (`store`) and shows (`views`), in a few lines. [`live`] stands beside that line and tells open pages what was
//! committed.
//!
//! Of a picture that comes with a request nothing is kept: [`pictures`] draws it anew in all sizes that pages need. That
//! is done in a process of its own (the same program, as `quartfeed draw`), one at a time, with limits of memory and
//! time: what a decoder of strangers' bytes may do ends there. What was drawn is kept in the file in pieces, each run of
//! bytes once (`store/images`), and served by whether its viewer sees what it belongs to.
//!
//! # What always holds
//!
//! - Nothing is announced before it is on the disk: an event is a row of the log, written in the same transaction as
//!   what it tells of, and the log is the queue of the live path.
//! - Whether a viewer may see a thing is decided by one piece of SQL, by today's rows, for pages and streams alike.
//! - Time is a parameter: only `main` and the tests build a clock.
//! - There are no globals: two sites run in one process, and the tests do it.
//! - Everything has a limit with a name; what is over it gets an answer that says so.
//!
//! # In reading order
//!
//! [`model`], [`store`], `views`, `web`, [`routes`], [`auth`], [`http`], [`server`], [`door`], [`live`], [`pictures`],
//! [`app`], [`clock`], [`config`], [`log`], [`cli`]. `tests/it/structure.rs` holds the one way.

pub mod app;
mod assets;
pub mod auth;
pub mod cli;
pub mod clock;
pub mod config;
pub mod door;
pub mod error;
mod housekeeping;
pub mod http;
pub mod live;
pub mod log;
pub mod model;
pub mod pictures;
pub mod routes;
pub mod server;
pub mod store;
mod sync;
mod views;
mod web;
