//! Saved posts.

use maud::html;

use super::{
    Context, Member, posts,
    rivers::{self, Listing},
};
use crate::{
    error::Result,
    http::Response,
    store::{self, saves},
    views,
    words::say,
};

pub(crate) fn save(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("id", saves::save)?;
    posts::changed(cx, 200, cx.param("id")?)
}

pub(crate) fn unsave(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("id", saves::unsave)?;
    posts::changed(cx, 200, cx.param("id")?)
}

pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    let listing = Listing {
        topic: None,
        path: "/saved".into(),
        empty: say("Nothing saved yet. Press Save under a post to find it here again."),
    };
    let intro =
        html! { (say("Posts that you saved, the last saved first. Only you see this list.")) };
    rivers::list(
        cx,
        listing,
        |conn, _, slice| store::rivers::saved(conn, cx.user.id, slice),
        |layout, river| views::rivers::list(layout, say("Saved"), Some(&intro), None, river),
    )
}
