//! Direct messages. A conversation is a post in a private feed of its own, which its participants follow silently: it is
//! in nobody's river.

use rusqlite::{Connection, OptionalExtension};

use super::{
    Tx,
    events::Announcement,
    feeds,
    groups::members::is_member,
    posts::place::{Place, place},
    relationships, users,
    visibility::{hidden_people, visible},
};
use crate::{
    error::{Error, Result},
    model::{
        CommentId, Destinations, DirectsFrom, EventKind, FeedId, PostId, Problems, UNREAD_MAX,
        UserId, UserName, nobody,
    },
};

/// Finds a person to whom the author may write.
///
/// # Errors
/// `Invalid` if the person accepts no conversation with the author, is kept apart from them, or does not exist: the
/// answer is the same, so it says nothing about blocks.
pub(super) fn recipient(conn: &Connection, author: UserId, name: &UserName) -> Result<UserId> {
    let refused = || Error::invalid("to", nobody(&format!("@{}", name.as_str())));
    let user = users::find(conn, author, name).map_err(|error| match error {
        Error::NotFound => refused(),
        other => other,
    })?;
    if user.id == author || accepts(conn, user.id, author)? {
        Ok(user.id)
    } else {
        Err(refused())
    }
}

/// Checks whether a person accepts new conversations with another.
pub fn accepts(conn: &Connection, user: UserId, from: UserId) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select case directs_from when 'everybody' then 1 when 'nobody' then 0
             else exists (
                 select 1 from follows
                 where user_id = ?1 and feed_id = (select feed_id from users where id = ?2)) end
         from users where id = ?1",
    )?;
    Ok(query.query_row((user, from), |row| row.get(0))?)
}

/// Returns from whom a person accepts new conversations.
pub fn accepted_from(conn: &Connection, user: UserId) -> Result<DirectsFrom> {
    let mut query = conn.prepare_cached("select directs_from from users where id = ?")?;
    Ok(query.query_row([user], |row| row.get(0))?)
}

/// Sets from whom a person accepts new conversations. Those that exist go on.
pub fn set_accepted_from(tx: &mut Tx<'_>, user: UserId, from: DirectsFrom) -> Result<()> {
    tx.prepare_cached("update users set directs_from = ? where id = ?")?
        .execute((from, user))?;
    Ok(())
}

/// Adds a person to a conversation. They see all of it. Idempotent.
///
/// # Errors
/// `NotFound` if `by` is no participant; `Invalid` if the person cannot be added or there is no room.
pub fn add(tx: &mut Tx<'_>, by: UserId, post: PostId, name: &UserName) -> Result<()> {
    let place = conversation(tx, by, post)?;
    let user = recipient(tx, by, name).map_err(|error| match error {
        Error::Invalid(problems) => problems.renamed("to", "user").into(),
        other => other,
    })?;
    if is_member(tx, user, place.feed)? {
        return Ok(());
    }
    let people: i64 = tx
        .prepare_cached("select count(*) from follows where feed_id = ?")?
        .query_row([place.feed], |row| row.get(0))?;
    if people.unsigned_abs() >= Destinations::PEOPLE_MAX as u64 {
        let message = format!(
            "A conversation can have at most {} people.",
            Destinations::PEOPLE_MAX
        );
        return Err(Error::invalid("user", message));
    }
    // The post's author may be kept apart from the person, who would then see nothing of it.
    if relationships::distance::are_apart(tx, user, place.author)? {
        return Err(Error::invalid(
            "user",
            nobody(&format!("@{}", name.as_str())),
        ));
    }
    let announcement = Announcement::on_post(EventKind::Participants, by, post, &place);
    let event = tx.announce(&announcement)?;
    relationships::enter(tx, user, place.feed, event, Some(event))?;
    note(tx, post, event.0, by, user)
}

/// Leaves a conversation. Its texts stay for the others.
///
/// # Errors
/// `NotFound` if the person is no participant.
pub fn leave(tx: &mut Tx<'_>, user: UserId, post: PostId) -> Result<()> {
    let place = conversation(tx, user, post)?;
    tx.prepare_cached("delete from follows where user_id = ? and feed_id = ?")?
        .execute((user, place.feed))?;
    let announcement = Announcement::on_post(EventKind::Participants, user, post, &place);
    let event = tx.announce(&announcement)?;
    note(tx, post, event.0, user, user)?;
    // It leaves the open pages of the person, too.
    let own = feeds::own(tx, user)?;
    tx.announce(&Announcement::on_feed(EventKind::RiverChanged, user, &own))?;
    Ok(())
}

fn note(tx: &Tx<'_>, post: PostId, event: i64, by: UserId, user: UserId) -> Result<()> {
    tx.prepare_cached(
        "insert into participations (post_id, event_id, actor_id, user_id, created_at) values (?, ?, ?, ?, ?)",
    )?
    .execute((post, event, by, user, tx.now))?;
    Ok(())
}

/// Finds a conversation that a person takes part in.
///
/// # Errors
/// `NotFound` if the person may not see the post; `Invalid` if it is no direct message.
fn conversation(conn: &Connection, user: UserId, post: PostId) -> Result<Place> {
    let place = place(conn, user, post)?;
    let is_direct: Option<FeedId> = conn
        .prepare_cached("select id from feeds where id = ? and kind = 'direct'")?
        .query_row([place.feed], |row| row.get(0))
        .optional()?;
    match is_direct {
        Some(_) => Ok(place),
        None => Err(Error::invalid(
            Problems::FORM,
            "This is not a direct message.",
        )),
    }
}

/// The most conversations that are looked through for news: those begun last. It limits the cost of each page that shows
/// their number.
const LOOKED_THROUGH_MAX: u32 = 500;

/// Counts the conversations with something new for a participant, up to [`UNREAD_MAX`]: somebody else began them, or
/// wrote in them after what the participant has seen. `pending` has the marks that are not written yet.
pub fn unread(
    conn: &Connection,
    user: UserId,
    pending: impl Fn(PostId) -> Option<CommentId>,
) -> Result<u32> {
    let sql = concat!(
        "with latest(feed) as (
             select feeds.id
             from follows indexed by follows_silent cross join feeds on feeds.id = follows.feed_id
             where follows.user_id = ?1 and follows.is_silent = 1 and feeds.kind = 'direct'
             order by follows.feed_id desc limit ?2)
         select posts.id as post_id, posts.author_id = ?1 as is_mine,
             coalesce(seen.comment_id, (
                 select max(id) from comments indexed by comments_by_post
                 where comments.post_id = posts.id and author_id = ?1)) as mark,
             (select id from comments indexed by comments_by_post
                 where comments.post_id = posts.id and deleted_at is null
                     and author_id is not ?1 and author_id not in ",
        hidden_people!(),
        "
                 order by id desc limit 1) as newest
         from latest cross join post_feeds on post_feeds.feed_id = latest.feed
         cross join posts on posts.id = post_feeds.post_id
         left join seen on seen.post_id = posts.id and seen.user_id = ?1
         where coalesce(seen.comment_id, -1) < posts.bump and posts.author_id not in ",
        hidden_people!(),
        "
             and not exists (select 1 from mutes where user_id = ?1 and post_id = posts.id) and ",
        visible!()
    );
    let mut query = conn.prepare_cached(sql)?;
    let mut rows = query.query((user, LOOKED_THROUGH_MAX))?;
    let mut unread = 0;
    while let Some(row) = rows.next()? {
        let newest: Option<CommentId> = row.get("newest")?;
        let mark: Option<CommentId> = row.get("mark")?;
        let has_news = match mark.max(pending(row.get("post_id")?)) {
            Some(mark) => newest > Some(mark),
            None => newest.is_some() || !row.get("is_mine")?,
        };
        unread += u32::from(has_news);
    }
    Ok(unread.min(UNREAD_MAX))
}

/// Checks whether a post is a direct message.
pub fn is_direct(conn: &Connection, post: PostId) -> Result<bool> {
    let mut query =
        conn.prepare_cached("select exists (select 1 from posts where id = ? and is_direct = 1)")?;
    Ok(query.query_row([post], |row| row.get(0))?)
}

/// Checks whether there is a direct message among posts.
pub fn are_among(conn: &Connection, posts: impl Iterator<Item = PostId>) -> Result<bool> {
    for post in posts {
        if is_direct(conn, post)? {
            return Ok(true);
        }
    }
    Ok(false)
}
