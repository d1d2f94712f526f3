//! The best posts of some days.

use super::{
    Context, Member,
    rivers::{self, Listing},
};
use crate::{
    error::{Error, Result},
    http::Response,
    model::BestOf,
    store, views,
    words::say,
};

pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    let of = days(cx)?;
    let listing = Listing {
        topic: None,
        path: format!("/best?days={of}"),
        empty: say("Nothing yet. Posts that people like or comment on appear here."),
    };
    rivers::list(
        cx,
        listing,
        |conn, _, slice| {
            let since = slice.now.minus(of.duration());
            store::rivers::best(conn, cx.user.id, since, slice)
        },
        |layout, river| views::best::page(layout, of, river),
    )
}

/// Returns the days that the address names.
///
/// # Errors
/// `Invalid` if there is no list for them.
pub(super) fn days(cx: &Context<'_, Member>) -> Result<BestOf> {
    let of = BestOf::parse(cx.request.query.get("days"));
    of.map_err(|problem| Error::invalid("days", problem))
}
