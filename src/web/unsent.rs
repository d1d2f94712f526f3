//! Texts that were sent after the session had ended: kept before the sign-in, and shown after it.

use super::{Anyone, Context, Member};
use crate::{auth::UnsentText, error::Result, http::Response, views};

/// The page that shows the text after the sign-in.
pub(crate) const PAGE: &str = "/unsent";

/// Returns the text of a form, with the name of its field. It is empty if the form has none.
pub(crate) fn written<'r>(cx: &'r Context<'_, Anyone>) -> (&'static str, &'r str) {
    let texts = ["message", "comment"].map(|field| (field, cx.typed(field)));
    texts
        .into_iter()
        .find(|(_, text)| !text.is_empty())
        .unwrap_or_default()
}

/// Keeps the text of a form that nobody is signed in for. Returns whether there was one.
pub(crate) fn keep(cx: &Context<'_, Anyone>) -> bool {
    let (field, text) = written(cx);
    keep_text(cx, &cx.request.path, field, text)
}

/// Keeps a text that another program shared and that went through the sign-in. Returns whether there was one.
pub(super) fn keep_shared(cx: &Context<'_, Anyone>, text: &str) -> bool {
    keep_text(cx, "/post", "message", text)
}

fn keep_text(cx: &Context<'_, Anyone>, path: &str, field: &'static str, text: &str) -> bool {
    let request = cx.request;
    let unsent = UnsentText {
        path: path.to_owned(),
        field,
        text: text.to_owned(),
    };
    let visitor = &request.cookies.visitor.name;
    let texts = &cx.app.unsent_texts;
    !text.is_empty() && texts.keep(visitor, request.client, unsent, request.now)
}

/// Shows the text that was kept for this browser.
pub(crate) fn show(cx: &Context<'_, Member>) -> Result<Response> {
    let visitor = &cx.request.cookies.visitor.name;
    let texts = &cx.app.unsent_texts;
    match texts.show(visitor, cx.user.id, cx.now()) {
        Some(unsent) => cx.page(|layout| views::unsent::page(layout, &unsent)),
        None => Ok(cx.see_other("/")),
    }
}
