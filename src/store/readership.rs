//! Who can see a post, and why somebody sees it: the one predicate of visibility, asked for each person.

use rusqlite::{Connection, Row};

use super::{
    groups::{self, group_columns},
    posts::{self, Target},
    rivers, users,
    visibility::{feed_readable, feed_visible, is_apart, visible},
};
use crate::{
    error::{Error, Result},
    model::{
        Cause, Destinations, FeedAccess, FeedId, PostId, PostPlace, ReaderScope, Readership, User,
        UserId,
    },
};

/// The most people who are asked about. On a site with more, the rest of the followers are not named.
const ASKED_MAX: u32 = 10_000;

/// The query for those who follow one of the feeds in the JSON array `?1`, openly or as participants, and for the owners
/// of these feeds, except for the author `?2`. By name.
const FOLLOWERS: &str = concat!(
    "select distinct ",
    users::user_columns!(),
    "
     from (
         select user_id from json_each(?1) as wanted cross join follows on follows.feed_id = wanted.value
         union
         select owner_id from json_each(?1) as wanted cross join feeds on feeds.id = wanted.value
         where owner_id is not null) as followers
     cross join users on users.id = followers.user_id
     where users.id <> ?2 and users.suspended_at is null and users.leaves_at is null and users.gone_at is null
     order by coalesce(nullif(users.name, ''), users.username) collate nocase limit ?3"
);

/// Returns who could see a post with these destinations.
///
/// # Errors
/// `Invalid` if the author may not post there.
pub fn of_destinations(conn: &Connection, author: UserId, to: &Destinations) -> Result<Readership> {
    let feeds = match posts::resolve(conn, author, to)? {
        Target::Own(feed) => vec![feed],
        Target::Feeds(feeds) => feeds,
        Target::People(people) => return of_people(conn, author, &people),
    };
    let feeds = json(&feeds);
    let sql = concat!(
        "select exists (select 1 from json_each(?2) as wanted where ",
        feed_visible!("wanted.value"),
        ") and not ",
        is_apart!("?3")
    );
    let mut query = conn.prepare_cached(sql)?;
    of_feeds(conn, author, &feeds, |user| {
        Ok(query.query_row((user, &feeds, author), |row| row.get(0))?)
    })
}

/// Returns who can see a post, for its author.
///
/// # Errors
/// `NotFound` if the person may not see the post, `Forbidden` if it is somebody else's.
pub fn of_post(conn: &Connection, by: UserId, post: PostId) -> Result<Readership> {
    let place = posts::place::own(conn, by, post)?;
    let feeds = json(&super::feeds::of_post(conn, post)?);
    let sql = concat!(
        "select exists (select 1 from posts where id = ?2 and ",
        visible!(),
        ")"
    );
    let mut query = conn.prepare_cached(sql)?;
    let mut readership = of_feeds(conn, place.author, &feeds, |user| {
        Ok(query.query_row((user, post), |row| row.get(0))?)
    })?;
    if super::directs::is_direct(conn, post)? {
        readership.scope = ReaderScope::Conversation;
    }
    Ok(readership)
}

/// Asks `sees` for everybody who follows one of the feeds.
fn of_feeds(
    conn: &Connection,
    author: UserId,
    feeds: &str,
    mut sees: impl FnMut(UserId) -> Result<bool>,
) -> Result<Readership> {
    let is_public: bool = conn
        .prepare_cached(
            "select exists (
                 select 1 from json_each(?1) as wanted cross join feeds on feeds.id = wanted.value
                 where is_private = 0 and is_hidden = 0)",
        )?
        .query_row([feeds], |row| row.get(0))?;
    let mut query = conn.prepare_cached(FOLLOWERS)?;
    let mut rows = query.query((feeds, author, ASKED_MAX))?;
    let (mut count, mut people) = (0, Vec::new());
    while let Some(row) = rows.next()? {
        let user = users::from_row(row)?;
        if sees(user.id)? {
            count += 1;
            if people.len() < Readership::LISTED_MAX {
                people.push(user);
            }
        }
    }
    Ok(Readership {
        scope: if is_public {
            ReaderScope::Everybody
        } else {
            ReaderScope::Inside
        },
        count,
        people,
    })
}

/// Returns the people of a conversation that is being written. Each of them was found to accept it.
fn of_people(conn: &Connection, author: UserId, people: &[UserId]) -> Result<Readership> {
    let others = people.iter().filter(|user| **user != author);
    let people: Vec<User> = others
        .map(|user| users::by_id(conn, *user))
        .collect::<Result<_>>()?;
    Ok(Readership {
        scope: ReaderScope::Conversation,
        count: people.len() as u64,
        people,
    })
}

/// Returns why the viewer sees a post.
///
/// # Errors
/// `NotFound` if they do not.
pub fn cause(conn: &Connection, viewer: UserId, post: PostId) -> Result<Cause> {
    let (found, is_at_home) = rivers::find_at_home(conn, viewer, post)?;
    let sql = concat!(
        "select feeds.kind, feeds.owner_id is not null as is_own, feeds.is_private as is_closed, (
             select created_at from follows where user_id = ?1 and feed_id = feeds.id) as since, ",
        group_columns!(),
        "
         from json_each(?2) as wanted cross join feeds on feeds.id = wanted.value
         left join groups on groups.feed_id = feeds.id
         where ",
        feed_readable!("feeds"),
        " order by is_own desc, feeds.id"
    );
    let feeds = json(&super::feeds::of_post(conn, post)?);
    let mut query = conn.prepare_cached(sql)?;
    let feeds = query.query_map((viewer, feeds), access)?;
    let feeds: Vec<FeedAccess> = feeds.collect::<rusqlite::Result<_>>()?;
    if feeds.is_empty() {
        return Err(Error::NotFound);
    }
    Ok(Cause {
        is_mine: found.is_mine,
        feeds,
        via: found.via,
        is_at_home,
    })
}

fn access(row: &Row<'_>) -> rusqlite::Result<FeedAccess> {
    let kind: String = row.get("kind")?;
    Ok(FeedAccess {
        place: if kind == "group" {
            PostPlace::Group(groups::from_row(row)?)
        } else {
            PostPlace::Own
        },
        is_direct: kind == "direct",
        is_private: row.get("is_closed")?,
        followed_since: row.get("since")?,
    })
}

/// Writes feeds as a JSON array, for `json_each`.
fn json(feeds: &[FeedId]) -> String {
    let ids: Vec<String> = feeds.iter().map(|feed| feed.0.to_string()).collect();
    format!("[{}]", ids.join(","))
}
