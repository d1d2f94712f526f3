//! Texts that other programs share with the site: a phone opens a page with it, and nothing is posted until somebody presses
//! Post.

use super::{
    Anyone, Context, Member, composer::composing, destinations, sessions, uploads::RefusedPictures,
};
use crate::{
    error::{Error, Result},
    http::Response,
    model::{Destinations, Message, Problems, SharedText},
    views::{self, Filled},
};

/// Shows the form of a post with the shared text. A guest signs in first.
///
/// # Errors
/// `SignInRequired` for a guest who can come back to this address; a longer text goes through the form of the sign-in.
pub(crate) fn new(cx: &Context<'_, Anyone>) -> Result<Response> {
    let query = &cx.request.query;
    let shared = SharedText::of(query.get("title"), query.get("text"), query.get("url"));
    match cx.as_member() {
        Some(cx) => compose(&cx, &shared),
        None if cx.request.can_come_back(&cx.app.base) => Err(Error::SignInRequired),
        None => sessions::form(cx, &Problems::default(), shared.as_str()),
    }
}

/// A text that is too long for a post is shown whole, with what is allowed.
fn compose(cx: &Context<'_, Member>, shared: &SharedText) -> Result<Response> {
    let (text, most) = (shared.as_str(), cx.app.config.limits.post_chars);
    let mut problems = Problems::default();
    problems.check("message", Message::parse_or_none(text, most));
    let untouched = RefusedPictures::default();
    cx.page_of(
        |conn| destinations::choice(cx, conn, Destinations::OWN),
        |layout, to| {
            let typed = |field: &str| if field == "message" { text } else { "" };
            let compose = composing(cx.app, Filled::new(&typed, &problems), &untouched, &to);
            views::shares::page(layout, &compose, &shared.draft())
        },
    )
}
