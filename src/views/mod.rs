//! Pages and their parts. A view gets plain data and returns markup; it cannot query.
//!
//! One partial draws a noun wherever it stands: on a page, in a fetched fragment, in a live event.

pub(crate) mod errors;
pub(crate) mod feeds;
mod forms;
pub(crate) mod json;
mod layout;
mod older;
pub(crate) mod posts;
pub(crate) mod relationships;
pub(crate) mod sessions;
mod times;
pub(crate) mod users;

pub(crate) use forms::Filled;
pub(crate) use layout::Frame;

use jiff::tz::TimeZone;

use crate::{
    auth::FormToken,
    model::{BasePath, UserId},
};

/// What a part of a page needs to be drawn for somebody.
#[derive(Clone, Copy)]
pub(crate) struct Drawing<'a> {
    /// None for readers who may only look.
    pub(crate) viewer: Option<UserId>,
    pub(crate) base: &'a BasePath,
    pub(crate) zone: &'a TimeZone,
    pub(crate) form_token: &'a FormToken,
}
