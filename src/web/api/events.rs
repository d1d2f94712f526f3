//! The event stream of a program.

use crate::{
    error::Result,
    http::Response,
    model::{Topic, Topics},
    web::{Context, Member, events::stream},
};

/// Streams what changes the home river.
pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    stream(cx, Topics::only(Topic::Home))
}
