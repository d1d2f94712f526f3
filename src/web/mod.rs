//! One function for each route: it reads the request, asks the store and shows a view.
//!
//! Every handler takes one [`Context`], whose type says who may call it.

pub(crate) mod accounts;
pub(crate) mod assets;
mod audience;
pub(crate) mod bells;
pub(crate) mod best;
mod caller;
pub(crate) mod comments;
mod composer;
pub(crate) mod configuration;
pub(crate) mod confirmations;
mod context;
mod destinations;
pub(crate) mod directs;
pub(crate) mod events;
pub(crate) mod exports;
pub(crate) mod feed_keys;
pub(crate) mod groups;
pub(crate) mod health;
pub(crate) mod help;
pub(crate) mod hides;
pub(crate) mod hooks;
pub(crate) mod images;
pub(crate) mod imaginary;
pub(crate) mod imports;
pub(crate) mod installs;
pub(crate) mod invitations;
pub(crate) mod journal;
pub(crate) mod likes;
pub(crate) mod linked;
pub(crate) mod links;
pub(crate) mod lists;
pub(crate) mod marks;
pub(crate) mod members;
pub(crate) mod notifications;
pub(crate) mod people;
pub(crate) mod phones;
pub(crate) mod pins;
pub(crate) mod posts;
pub(crate) mod preferences;
pub(crate) mod readership;
pub(crate) mod refused;
pub(crate) mod relationships;
pub(crate) mod rivers;
pub(crate) mod saves;
pub(crate) mod search;
pub(crate) mod searches;
pub(crate) mod seen;
pub(crate) mod sessions;
pub(crate) mod settings;
pub(crate) mod shares;
mod sign_in;
pub(crate) mod sources;
pub(crate) mod syndication;
pub(crate) mod this_day;
pub(crate) mod tokens;
pub(crate) mod unsent;
mod uploads;
pub(crate) mod users;
pub(crate) mod warnings;
pub(crate) mod webhooks;

/// The API for programs: another face of the same store, with JSON in and JSON out. The modules are listed here, so that
/// a noun has all its lines of this room in one file.
pub(crate) mod api {
    pub(crate) mod answers;
    pub(crate) mod best;
    pub(crate) mod comments;
    pub(crate) mod docs;
    pub(crate) mod errors;
    pub(crate) mod events;
    pub(crate) mod groups;
    pub(crate) mod hides;
    pub(crate) mod images;
    pub(crate) mod likes;
    pub(crate) mod lists;
    pub(crate) mod notifications;
    pub(crate) mod posts;
    pub(crate) mod readership;
    pub(crate) mod relationships;
    pub(super) mod requests;
    pub(crate) mod rivers;
    pub(crate) mod saves;
    pub(crate) mod search;
    pub(crate) mod sessions;
    pub(crate) mod tokens;
    pub(crate) mod users;
}

pub(crate) use audience::{Admin, Anyone, Audience, Fresh, Member, Reader, SignedIn};
pub(crate) use caller::{Caller, CurrentSession, CurrentToken};
pub(crate) use context::Context;
