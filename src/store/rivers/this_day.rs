//! Posts from the same calendar day in earlier years.

use rusqlite::{Connection, ToSql};

use super::list;
use crate::{
    error::Result,
    model::{DaySpan, HidePage, Post, RiverPage, Slice, UserId},
    store::{feeds::in_followed_feed, posts::rows::columns, visibility::listed},
};

/// The most posts of these days that are looked at for their page.
const LOOKED_AT_MAX: u32 = 5_000;

/// The most posts of these days that are looked at for the home page, which is drawn often. On a site where more is
/// written in a day, it may show fewer posts than there are.
pub(super) const LOOKED_AT_AT_HOME: u32 = 100;

/// The query for the viewer's posts and those in followed feeds (rule 1 of the river) from the days in the JSON array
/// `?4`, the newest first. At most `?5` posts of these days are looked at, those of the first days first.
pub(super) const THIS_DAY: &str = concat!(
    "select ",
    columns!(),
    ", posts.event_id as position
     from (
         select posts.id from json_each(?4) as day
         cross join posts indexed by posts_by_time
             on posts.created_at >= day.value ->> 0 and posts.created_at < day.value ->> 1
         limit ?5) as found
     cross join posts on posts.id = found.id cross join users on users.id = posts.author_id
     where posts.event_id < ?2 and ",
    in_followed_feed!(),
    " and ",
    listed!(),
    "
     order by posts.event_id desc limit ?3"
);

/// Returns a page of the viewer's posts and those in followed feeds from some days, the newest first.
pub fn this_day(
    conn: &Connection,
    viewer: UserId,
    days: &[DaySpan],
    slice: Slice,
) -> Result<RiverPage> {
    let parameters: [&dyn ToSql; 2] = [&as_json(days), &LOOKED_AT_MAX];
    list(conn, THIS_DAY, viewer, slice, HidePage::List, &parameters)
}

/// Returns the newest posts of [`this_day`] for the home page.
pub fn this_day_at_home(
    conn: &Connection,
    viewer: UserId,
    days: &[DaySpan],
    slice: Slice,
) -> Result<Vec<Post>> {
    let parameters: [&dyn ToSql; 2] = [&as_json(days), &LOOKED_AT_AT_HOME];
    let found = list(conn, THIS_DAY, viewer, slice, HidePage::Home, &parameters)?;
    Ok(found.posts.items)
}

pub(super) fn as_json(days: &[DaySpan]) -> String {
    let days = days.iter().map(|day| vec![day.begins.0, day.ends.0]);
    days.collect::<serde_json::Value>().to_string()
}
