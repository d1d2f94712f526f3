//! The members of the site, and finding one by name.

use super::{Context, Member};
use crate::{error::Result, http::Response, store::people, views};

/// The most people whom friends follow that are shown above everybody.
const FRIENDS_OF_FRIENDS_SHOWN: u32 = 10;

/// The most characters of a name that is searched for; no name has more.
const WANTED_CHARS_MAX: usize = 70;

/// Shows everybody, or those with a name; for the script, the people whom an unfinished name may mean.
pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    if cx.request.query.has("complete") {
        return completions(cx);
    }
    let wanted = wanted(cx, "q");
    let (before, size) = cx.slice()?;
    let shows_friends = wanted.is_empty() && before.is_none();
    let friends_max = if shows_friends {
        FRIENDS_OF_FRIENDS_SHOWN
    } else {
        0
    };
    cx.page_of(
        |conn| {
            let mut found = people::search(conn, cx.user.id, &wanted, before, size)?;
            let friends = people::friends_of_friends(conn, cx.user.id, friends_max)?;
            // Nobody is on the page twice.
            found
                .items
                .retain(|person| !friends.iter().any(|other| other.user.id == person.user.id));
            Ok((found, friends))
        },
        |layout, (found, friends)| views::people::page(layout, &wanted, &found, &friends),
    )
}

fn completions(cx: &Context<'_, Member>) -> Result<Response> {
    let beginning = wanted(cx, "complete");
    let found = cx.read(|conn| people::completions(conn, cx.user.id, &beginning))?;
    Ok(cx.fragment(200, |render| {
        views::people::completions(&found, render.base)
    }))
}

fn wanted(cx: &Context<'_, Member>, field: &str) -> String {
    let typed = cx.request.query.get(field).trim().trim_start_matches('@');
    typed.chars().take(WANTED_CHARS_MAX).collect()
}
