//! The feeds that a post is in: chosen when it is written, changed later, and read for the page.

use std::collections::HashMap;

use rusqlite::{Connection, Row};

use super::rows::by_post;
use crate::{
    error::{Error, Result},
    model::{
        Destinations, EventId, FeedId, Participation, Post, PostId, PostKind, PostPlace, UserId,
        Viewer, nobody, not_yours,
    },
    store::{
        Tx, directs, feeds,
        groups::{self, group_columns},
        posts::{Shape, place::Place},
        relationships, users,
        visibility::{feed_readable, person_visible},
    },
};

/// The destinations of a post, looked up and checked.
pub(in crate::store) enum Target {
    /// The author's own feed and no other.
    Own(FeedId),
    /// Feeds, in the order of their ids.
    Feeds(Vec<FeedId>),
    /// A conversation with these people, its author not among them.
    People(Vec<UserId>),
}

/// Looks up the destinations of a post.
///
/// # Errors
/// `Invalid` if the author may not post to one of the groups, or not write to one of the people.
pub(in crate::store) fn resolve(
    conn: &Connection,
    author: UserId,
    to: &Destinations,
) -> Result<Target> {
    match to {
        Destinations::People(names) => {
            let mut people = Vec::new();
            for name in names {
                let user = directs::recipient(conn, author, name)?;
                // A conversation with oneself is the author's alone.
                if user != author && !people.contains(&user) {
                    people.push(user);
                }
            }
            if people.is_empty() {
                let own = names.first().map_or("", |name| name.as_str());
                return Err(Error::invalid("to", nobody(&format!("@{own}"))));
            }
            Ok(Target::People(people))
        }
        Destinations::Feeds { own, groups } if groups.is_empty() && *own => {
            Ok(Target::Own(feeds::own(conn, author)?.id))
        }
        Destinations::Feeds { own, groups } => {
            let mut feeds = Vec::new();
            for name in groups {
                let refused = || Error::invalid("to", not_yours(name.as_str()));
                let group = groups::find(conn, author, name).map_err(|error| match error {
                    Error::NotFound => refused(),
                    other => other,
                })?;
                if !groups::may_post_to(conn, author, group.feed)? {
                    return Err(refused());
                }
                feeds.push(group.feed);
            }
            if *own {
                feeds.push(feeds::own(conn, author)?.id);
            }
            feeds.sort_unstable();
            Ok(Target::Feeds(feeds))
        }
    }
}

impl Target {
    /// Returns the place of a post with these destinations. For a conversation, this creates its feed.
    pub(super) fn place(&self, tx: &Tx<'_>, author: UserId) -> Result<Place> {
        let feed = match self {
            Target::Own(feed) => *feed,
            Target::Feeds(feeds) => *feeds.first().ok_or(Error::NotFound)?,
            Target::People(_) => {
                tx.prepare_cached("insert into feeds (kind, is_private) values ('direct', 1)")?
                    .execute([])?;
                FeedId(tx.last_insert_rowid())
            }
        };
        Ok(Place {
            author,
            feed,
            is_personal: self.is_personal(),
        })
    }

    pub(super) fn is_personal(&self) -> bool {
        matches!(self, Target::Own(_))
    }

    pub(super) fn is_direct(&self) -> bool {
        matches!(self, Target::People(_))
    }

    /// Puts a new post into its feeds. A trigger has done this for a personal post.
    pub(super) fn enter(
        &self,
        tx: &Tx<'_>,
        post: PostId,
        place: &Place,
        event: EventId,
    ) -> Result<()> {
        match self {
            Target::Own(_) => Ok(()),
            Target::Feeds(feeds) => feeds
                .iter()
                .try_for_each(|feed| enter_feed(tx, post, *feed)),
            Target::People(people) => {
                relationships::enter(tx, place.author, place.feed, event, None)?;
                for user in people {
                    relationships::enter(tx, *user, place.feed, event, Some(event))?;
                }
                enter_feed(tx, post, place.feed)
            }
        }
    }
}

/// Puts a post that is not personal into a feed.
fn enter_feed(tx: &Tx<'_>, post: PostId, feed: FeedId) -> Result<()> {
    tx.prepare_cached(
        "insert into post_feeds (feed_id, bump, post_id, is_personal, is_deleted)
         select ?2, bump, id, 0, deleted_at is not null from posts where id = ?1 on conflict do nothing",
    )?
    .execute((post, feed))?;
    Ok(())
}

/// Moves a post to other feeds. Returns the feeds that it has left.
///
/// # Errors
/// `Invalid` if it is a direct message or would become one, or if its author may not post to a new feed.
pub(super) fn change(
    tx: &Tx<'_>,
    by: UserId,
    post: PostId,
    to: &Destinations,
) -> Result<(bool, Vec<FeedId>)> {
    let is_direct: bool = tx
        .prepare_cached("select is_direct from posts where id = ?")?
        .query_row([post], |row| row.get(0))?;
    if is_direct || matches!(to, Destinations::People(_)) {
        let why = if is_direct {
            "A direct message stays one. Add people to the conversation instead."
        } else {
            "A post cannot become a direct message."
        };
        return Err(Error::invalid("to", why));
    }
    let old = feeds::of_post(tx, post)?;
    let new = wanted(tx, by, to, &old)?;
    let left: Vec<FeedId> = old
        .iter()
        .copied()
        .filter(|feed| !new.contains(feed))
        .collect();
    let is_changed = !left.is_empty() || new.len() != old.len();
    if is_changed {
        put(tx, by, post, &new)?;
    }
    Ok((is_changed, left))
}

/// Returns the feeds that the destinations name. The post may stay in a feed that its author could no longer post to.
fn wanted(conn: &Connection, by: UserId, to: &Destinations, old: &[FeedId]) -> Result<Vec<FeedId>> {
    let Destinations::Feeds { own, groups } = to else {
        return Ok(Vec::new());
    };
    let (mut kept, mut others) = (Vec::new(), Vec::new());
    for name in groups {
        match groups::find(conn, by, name) {
            Ok(group) if old.contains(&group.feed) => kept.push(group.feed),
            _ => others.push(name.clone()),
        }
    }
    // A post keeps the groups that its author cannot see any more: they are in no form.
    for feed in old {
        let is_offered = feeds::may_read(conn, by, *feed)?;
        if !is_offered {
            kept.push(*feed);
        }
    }
    let rest = Destinations::Feeds {
        own: *own,
        groups: others,
    };
    match resolve(conn, by, &rest)? {
        Target::Own(feed) => kept.push(feed),
        Target::Feeds(feeds) => kept.extend(feeds),
        Target::People(_) => {}
    }
    kept.sort_unstable();
    kept.dedup();
    Ok(kept)
}

/// Puts a post into exactly these feeds.
fn put(tx: &Tx<'_>, author: UserId, post: PostId, new: &[FeedId]) -> Result<()> {
    let own = feeds::own(tx, author)?.id;
    let is_personal = new == [own];
    for feed in feeds::of_post(tx, post)? {
        tx.prepare_cached(
            "delete from post_feeds
             where feed_id = ?2 and post_id = ?1 and bump = (select bump from posts where id = ?1)",
        )?
        .execute((post, feed))?;
    }
    tx.prepare_cached("update posts set is_personal = ?2 where id = ?1")?
        .execute((post, is_personal))?;
    for feed in new {
        tx.prepare_cached(
            "insert into post_feeds (feed_id, bump, post_id, is_personal, is_deleted)
             select ?2, bump, id, ?3, deleted_at is not null from posts where id = ?1",
        )?
        .execute((post, feed, is_personal))?;
    }
    tx.prepare_cached("update acts set post_feed_id = ?2 where post_id = ?1")?
        .execute((post, is_personal.then_some(own)))?;
    Ok(())
}

/// Takes a post out of some of its feeds. It must be in others, too.
pub(super) fn take_out(tx: &Tx<'_>, author: UserId, post: PostId, from: &[FeedId]) -> Result<()> {
    let mut left = feeds::of_post(tx, post)?;
    left.retain(|feed| !from.contains(feed));
    put(tx, author, post, &left)
}

/// Takes a post out of a feed. A post that is in no other feed is deleted for good.
pub(in crate::store) fn leave_feed(tx: &Tx<'_>, post: PostId, feed: FeedId) -> Result<()> {
    if feeds::of_post(tx, post)?.iter().all(|other| *other == feed) {
        tx.prepare_cached("delete from posts where id = ?")?
            .execute([post])?;
        return Ok(());
    }
    let author: UserId = tx
        .prepare_cached("select author_id from posts where id = ?")?
        .query_row([post], |row| row.get(0))?;
    take_out(tx, author, post, &[feed])
}

/// The query for the feeds of posts that are not personal, as far as the viewer may read them.
const PLACES: &str = concat!(
    "select post_feeds.post_id, feeds.owner_id is not null as is_own,
         exists (
             select 1 from group_roles
             where group_roles.feed_id = feeds.id and user_id = ?1 and is_admin = 1) as is_keeper, ",
    group_columns!(),
    "
     from json_each(?2) as page
     cross join post_feeds indexed by post_feeds_shared
         on post_feeds.post_id = page.value and post_feeds.is_personal = 0
     cross join feeds on feeds.id = post_feeds.feed_id
     left join groups on groups.feed_id = feeds.id
     where feeds.kind <> 'direct' and ",
    feed_readable!("feeds"),
    " order by is_own desc, feeds.id"
);

/// The query for the participants of conversations, other than their authors.
const PARTICIPANTS: &str = concat!(
    "select post_feeds.post_id, ",
    users::user_columns!(),
    "
     from json_each(?2) as page
     cross join posts on posts.id = page.value
     cross join post_feeds indexed by post_feeds_shared
         on post_feeds.post_id = posts.id and post_feeds.is_personal = 0
     cross join follows on follows.feed_id = post_feeds.feed_id
     cross join users on users.id = follows.user_id
     where users.id <> posts.author_id and ",
    person_visible!(),
    " order by follows.event_id, users.id"
);

/// The query for the people who were added to conversations, and for those who left them.
const PARTICIPATIONS: &str = concat!(
    "select participations.post_id, participations.created_at as happened_at, actors.name as actor_name,
         actors.username as actor_username, participations.actor_id = participations.user_id as is_leaving, ",
    users::user_columns!(),
    "
     from json_each(?2) as page
     cross join participations on participations.post_id = page.value
     cross join users on users.id = participations.user_id
     cross join users as actors on actors.id = participations.actor_id
     where ",
    person_visible!(),
    " order by participations.event_id"
);

/// Adds to posts the places that they are in, and what the viewer may do with them there.
pub(super) fn fill_places(
    conn: &Connection,
    viewer: Viewer,
    posts: &mut [Post],
    shape: Shape,
) -> Result<()> {
    let ids =
        |wanted: &dyn Fn(&Post) -> bool| super::rows::ids(posts.iter().filter(|post| wanted(post)));
    let shared = ids(&|post| post.kind == PostKind::Shared);
    let direct = ids(&Post::is_direct);
    let mut places = by_post(conn, PLACES, viewer, &shared, |row| {
        let is_keeper: bool = row.get("is_keeper")?;
        Ok((place(row)?, is_keeper))
    })?;
    let mut people = by_post(conn, PARTICIPANTS, viewer, &direct, users::from_row)?;
    let mut changes = match shape {
        Shape::Folded => HashMap::new(),
        Shape::Whole { .. } => by_post(conn, PARTICIPATIONS, viewer, &direct, participation)?,
    };
    for post in posts
        .iter_mut()
        .filter(|post| post.kind != PostKind::Personal)
    {
        for (place, is_keeper) in places.remove(&post.id).unwrap_or_default() {
            post.is_moderated_by_me |= is_keeper;
            post.to.push(place);
        }
        let people = people.remove(&post.id).unwrap_or_default();
        post.to.extend(people.into_iter().map(PostPlace::Person));
        post.participations = changes.remove(&post.id).unwrap_or_default();
    }
    Ok(())
}

fn place(row: &Row<'_>) -> rusqlite::Result<PostPlace> {
    Ok(if row.get("is_own")? {
        PostPlace::Own
    } else {
        PostPlace::Group(groups::from_row(row)?)
    })
}

fn participation(row: &Row<'_>) -> rusqlite::Result<Participation> {
    let (name, username): (String, String) = (row.get("actor_name")?, row.get("actor_username")?);
    Ok(Participation {
        user: users::from_row(row)?,
        added_by: (!row.get::<_, bool>("is_leaving")?).then_some(if name.is_empty() {
            username
        } else {
            name
        }),
        created_at: row.get("happened_at")?,
    })
}
