//! Pages and their parts. A view gets plain data and returns markup or JSON; it cannot query.
//!
//! One partial renders each noun everywhere: on a page, in a fetched fragment, in a live event. The `json` beside it is the
//! noun for programs: in the API, in live events and in the download (`contract` §5).

pub(crate) mod accounts;
mod admin;
pub(crate) mod bells;
pub(crate) mod best;
mod bodies;
pub(crate) mod comments;
pub(crate) mod composer;
pub(crate) mod configuration;
pub(crate) mod confirmations;
pub(crate) mod destinations;
pub(crate) mod docs;
pub(crate) mod errors;
pub(crate) mod exports;
pub(crate) mod feed_keys;
pub(crate) mod first_hour;
mod forms;
mod frame;
pub(crate) mod groups;
pub(crate) mod health;
pub(crate) mod help;
pub(crate) mod hides;
pub(crate) mod hooks;
mod icons;
pub(crate) mod images;
pub(crate) mod imaginary;
pub(crate) mod imports;
pub(crate) mod installs;
pub(crate) mod invitations;
pub(crate) mod journal;
mod languages;
mod layout;
pub(crate) mod likes;
pub(crate) mod linked;
pub(crate) mod links;
pub(crate) mod lists;
pub(crate) mod marks;
pub(crate) mod members;
mod names;
mod newcomers;
pub(crate) mod notifications;
mod older;
pub(crate) mod people;
pub(crate) mod phones;
mod phrases;
pub(crate) mod pictures;
pub(crate) mod pins;
pub(crate) mod post_menu;
pub(crate) mod posts;
mod previews;
mod quotes;
pub(crate) mod readership;
pub(crate) mod reasons;
pub(crate) mod relationships;
pub(crate) mod rivers;
pub(crate) mod saves;
pub(crate) mod search;
pub(crate) mod searches;
mod seen;
pub(crate) mod sessions;
pub(crate) mod settings;
pub(crate) mod shares;
pub(crate) mod site_archives;
pub(crate) mod sources;
pub(crate) mod syndication;
pub(crate) mod times;
pub(crate) mod tokens;
pub(crate) mod unsent;
pub(crate) mod users;
mod warnings;
pub(crate) mod webhooks;

pub(crate) use forms::Filled;
pub(crate) use layout::{FlashBanner, Layout, News, Offers};

use jiff::tz::TimeZone;

use crate::{
    auth::FormToken,
    model::{BasePath, SearchQuery},
};

/// The data that every part of a page needs.
#[derive(Clone, Copy)]
pub(crate) struct RenderContext<'a> {
    pub(crate) base: &'a BasePath,
    pub(crate) zone: &'a TimeZone,
    pub(crate) form_token: &'a FormToken,
    /// The idempotency key of forms: see [`crate::model::IdempotencyKey`].
    pub(crate) idempotency_key: &'a str,
    /// The viewer is not signed in and can only read.
    pub(crate) is_guest: bool,
    /// The search whose words are marked in texts.
    pub(crate) marks: Option<&'a SearchQuery>,
}
