//! What members hide. A hide is found only while it lasts: its end is compared with the time of the request, and nothing
//! is written when it comes.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, Row};

use super::{
    Tx,
    events::Announcement,
    feeds,
    groups::{self, group_columns},
    posts::{
        place::place,
        rows::{address, address_columns},
    },
    rows::{self, Take},
    users::{self, user_columns},
    visibility::{group_visible, person_visible, visible},
};
use crate::{
    error::{Error, Result},
    model::{
        EventKind, FeedId, Hide, HideCandidate, HideKind, HideName, HidePage, HideScope,
        HideSubject, HideTarget, Hides, ListedHide, NewHide, Phrase, PostId, Timestamp, User,
        UserId, Viewer,
    },
};

/// The number of things of one kind that one person can hide. Every list of posts is compared with all of them.
const HIDES_MAX: i64 = 200;

/// The columns that [`from_row`] reads.
macro_rules! hide_columns {
    () => {
        "hides.kind, hides.typed, hides.post_id as hidden_post, hides.other_id, hides.feed_id as hidden_feed,
         hides.is_everywhere, hides.hidden_at,
         hides.ends_at"
    };
}

/// The query for the hides of `?1` that last at the time `?2`.
pub(super) const LASTING: &str = concat!(
    "select ",
    hide_columns!(),
    " from hides where user_id = ?1 and (ends_at is null or ends_at > ?2)"
);

/// A thing to hide, with what its row says of it.
struct SubjectRow {
    kind: HideKind,
    subject: String,
    typed: String,
    post: Option<PostId>,
    other: Option<UserId>,
    feed: Option<FeedId>,
}

/// Hides something. If it is hidden already, the new time and place replace the old ones.
///
/// # Errors
/// `NotFound` if there is no such thing, `Forbidden` if it is oneself, `Invalid` if the user hides too many already.
pub fn hide(tx: &mut Tx<'_>, user: UserId, new: &NewHide) -> Result<()> {
    let row = find(tx, user, &new.target)?;
    if let Some(post) = row.post {
        place(tx, user, post)?;
    }
    if row.other == Some(user) {
        return Err(Error::Forbidden);
    }
    tx.prepare_cached("delete from hides where user_id = ? and ends_at <= ?")?
        .execute((user, tx.now))?;
    check_room(tx, user, &row)?;
    tx.prepare_cached(
        "insert into hides (user_id, kind, subject, typed, post_id, other_id, feed_id, is_everywhere, hidden_at, ends_at)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         on conflict do update set typed = excluded.typed, is_everywhere = excluded.is_everywhere,
             hidden_at = excluded.hidden_at, ends_at = excluded.ends_at",
    )?
    .execute((
        user,
        row.kind.name(),
        &row.subject,
        &row.typed,
        row.post,
        row.other,
        row.feed,
        new.scope == HideScope::Everywhere,
        tx.now,
        new.span.end(tx.now),
    ))?;
    read_anew(tx, user)
}

/// Shows something again. Idempotent.
///
/// # Errors
/// `NotFound` if it is a person or group that does not exist.
pub fn unhide(tx: &mut Tx<'_>, user: UserId, target: &HideTarget) -> Result<()> {
    let row = find(tx, user, target)?;
    tx.prepare_cached("delete from hides where user_id = ? and kind = ? and subject = ?")?
        .execute((user, row.kind.name(), row.subject))?;
    read_anew(tx, user)
}

/// Returns what the viewer hides at this time.
pub fn of(conn: &Connection, viewer: impl Into<Viewer>, now: Timestamp) -> Result<Hides> {
    let Viewer::Member(user) = viewer.into() else {
        return Ok(Hides::default());
    };
    let mut query = conn.prepare_cached(LASTING)?;
    let mut rows = query.query((user, now))?;
    let mut hides = Vec::new();
    while let Some(row) = rows.next()? {
        hides.extend(from_row(row)?);
    }
    Ok(Hides::new(hides))
}

/// Returns what a member hides at this time, the newest first. Posts and people that the member cannot see any more are
/// left out.
pub fn list(conn: &Connection, user: UserId, now: Timestamp) -> Result<Vec<ListedHide>> {
    let mut list = Vec::new();
    each_own(conn, user, &mut |listed: ListedHide| {
        if listed.hide.ends_at.is_none_or(|end| end > now) {
            list.push(listed);
        }
        Ok(())
    })?;
    list.sort_by_key(|listed| std::cmp::Reverse(listed.hide.hidden_at));
    Ok(list)
}

/// Reads everything that a member has hidden, also what has ended meanwhile.
pub fn each_own(conn: &Connection, user: UserId, take: Take<'_, ListedHide>) -> Result<()> {
    let texts = concat!(
        "select ",
        hide_columns!(),
        " from hides where user_id = ?1 and kind in ('tag', 'words') order by kind, subject"
    );
    let people = concat!(
        "select ",
        hide_columns!(),
        ", ",
        user_columns!(),
        " from hides join users on users.id = hides.other_id
         where hides.user_id = ?1 and hides.kind = 'user' and ",
        person_visible!(),
        " order by users.username"
    );
    let of_groups = concat!(
        "select ",
        hide_columns!(),
        ", ",
        group_columns!(),
        " from hides join groups on groups.feed_id = hides.feed_id join feeds on feeds.id = groups.feed_id
         where hides.user_id = ?1 and hides.kind = 'group' and ",
        group_visible!(),
        " order by groups.name"
    );
    let posts = concat!(
        "select ",
        hide_columns!(),
        ", ",
        address_columns!(),
        " from hides join posts on posts.id = hides.post_id join users on users.id = posts.author_id
         where hides.user_id = ?1 and hides.kind = 'post' and ",
        visible!(),
        " order by posts.event_id"
    );
    let mut take_some = |listed: Option<ListedHide>| listed.map_or(Ok(()), &mut *take);
    rows::each(conn, texts, user, of_text, &mut take_some)?;
    let of_person = |row: &Row<'_>| named(row, HideName::User(users::from_row(row)?));
    rows::each(conn, people, user, of_person, &mut take_some)?;
    let of_group = |row: &Row<'_>| named(row, HideName::Group(groups::from_row(row)?));
    rows::each(conn, of_groups, user, of_group, &mut take_some)?;
    let of_post = |row: &Row<'_>| named(row, HideName::Post(address(row)?));
    rows::each(conn, posts, user, of_post, &mut take_some)
}

/// Returns those of some posts that the viewer hides everywhere, by the viewer's `hides`.
pub(super) fn among(
    conn: &Connection,
    user: UserId,
    hides: &Hides,
    posts: &[PostId],
) -> Result<HashSet<PostId>> {
    let ids: Vec<i64> = posts.iter().map(|post| post.0).collect();
    let mut query = conn.prepare_cached(
        "select posts.id, posts.author_id, posts.message
         from json_each(?) as some cross join posts on posts.id = some.value",
    )?;
    let mut rows = query.query([serde_json::json!(ids).to_string()])?;
    let mut hidden = HashSet::new();
    while let Some(row) = rows.next()? {
        let (post, author, text): (PostId, UserId, String) =
            (row.get(0)?, row.get(1)?, row.get(2)?);
        let candidate = HideCandidate {
            post,
            author,
            is_mine: author == user,
            text: &text,
            feeds: feeds_of(conn, hides, user, post)?,
        };
        if !hides.of_post(&candidate, &HidePage::List).is_empty() {
            hidden.insert(post);
        }
    }
    Ok(hidden)
}

/// Returns the feeds in which the viewer sees a post, for a [`HideCandidate`].
pub(super) fn feeds_of(
    conn: &Connection,
    hides: &Hides,
    viewer: UserId,
    post: PostId,
) -> Result<Vec<FeedId>> {
    if !hides.has_groups() {
        return Ok(Vec::new());
    }
    let mut seen = Vec::new();
    for feed in feeds::of_post(conn, post)? {
        if feeds::may_read(conn, viewer, feed)? {
            seen.push(feed);
        }
    }
    Ok(seen)
}

/// Checks whether anybody has hidden anything. If not, no reader needs to be asked.
pub fn are_used(conn: &Connection) -> Result<bool> {
    let mut query = conn.prepare_cached("select exists (select 1 from hides)")?;
    Ok(query.query_row([], |row| row.get(0))?)
}

/// Reads what hides are compared with: the author of a post, and its text. None if the post is not kept any more.
pub fn author_and_text(conn: &Connection, post: PostId) -> Result<Option<(User, String)>> {
    let sql = concat!(
        "select ",
        user_columns!(),
        ", posts.message from posts join users on users.id = posts.author_id where posts.id = ?"
    );
    let mut query = conn.prepare_cached(sql)?;
    let found = query.query_row([post], |row| {
        Ok((users::from_row(row)?, row.get("message")?))
    });
    Ok(found.optional()?)
}

/// Finds what a hide of this thing says in its row.
fn find(conn: &Connection, user: UserId, target: &HideTarget) -> Result<SubjectRow> {
    let kind = target.kind();
    let row = |subject: String| SubjectRow {
        kind,
        subject,
        typed: String::new(),
        post: None,
        other: None,
        feed: None,
    };
    Ok(match target {
        HideTarget::Post(post) => SubjectRow {
            post: Some(*post),
            ..row(post.0.to_string())
        },
        HideTarget::User(name) => {
            let other = users::find(conn, user, name)?.id;
            SubjectRow {
                other: Some(other),
                ..row(other.0.to_string())
            }
        }
        HideTarget::Group(name) => {
            let feed = groups::find(conn, user, name)?.feed;
            SubjectRow {
                feed: Some(feed),
                ..row(feed.0.to_string())
            }
        }
        HideTarget::Tag(tag) => SubjectRow {
            typed: tag.as_typed().to_owned(),
            ..row(tag.key().to_owned())
        },
        HideTarget::Words(phrase) => SubjectRow {
            typed: phrase.as_typed().to_owned(),
            ..row(phrase.key().to_owned())
        },
    })
}

fn check_room(tx: &Tx<'_>, user: UserId, row: &SubjectRow) -> Result<()> {
    let others: i64 = tx
        .prepare_cached(
            "select count(*) from hides where user_id = ? and kind = ? and subject <> ?",
        )?
        .query_row((user, row.kind.name(), &row.subject), |row| row.get(0))?;
    if others < HIDES_MAX {
        return Ok(());
    }
    let what = match row.kind {
        HideKind::Post => "posts",
        HideKind::User => "people",
        HideKind::Group => "groups",
        HideKind::Tag => "tags",
        HideKind::Words => "words and phrases",
    };
    Err(Error::invalid(
        "value",
        format!("You can hide {HIDES_MAX} {what} at most. Show one of them again first."),
    ))
}

/// Has the member's open pages and their count of notifications drawn again.
fn read_anew(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    let feed = feeds::own(tx, user)?;
    tx.announce(&Announcement::on_feed(EventKind::HidesChanged, user, &feed))?;
    Ok(())
}

fn of_text(row: &Row<'_>) -> Result<Option<ListedHide>> {
    let Some(hide) = from_row(row)? else {
        return Ok(None);
    };
    let name = match &hide.subject {
        HideSubject::Tag(tag) => HideName::Tag(tag.clone()),
        HideSubject::Words(phrase) => HideName::Words(phrase.clone()),
        HideSubject::Post(_) | HideSubject::User(_) | HideSubject::Group(_) => return Ok(None),
    };
    Ok(Some(ListedHide { hide, name }))
}

fn named(row: &Row<'_>, name: HideName) -> Result<Option<ListedHide>> {
    Ok(from_row(row)?.map(|hide| ListedHide { hide, name }))
}

/// Reads a hide from the columns `hide_columns!`. None if it is of a kind that has no meaning, such as a tag that is
/// none by the rules of today.
fn from_row(row: &Row<'_>) -> Result<Option<Hide>> {
    let (kind, typed): (String, String) = (row.get("kind")?, row.get("typed")?);
    let subject = match kind.parse() {
        Ok(HideKind::Post) => Some(HideSubject::Post(row.get("hidden_post")?)),
        Ok(HideKind::User) => Some(HideSubject::User(row.get("other_id")?)),
        Ok(HideKind::Tag) => typed.parse().ok().map(HideSubject::Tag),
        Ok(HideKind::Words) => Some(HideSubject::Words(Phrase::stored(typed))),
        Ok(HideKind::Group) => Some(HideSubject::Group(row.get("hidden_feed")?)),
        Err(()) => None,
    };
    let is_everywhere: bool = row.get("is_everywhere")?;
    let (hidden_at, ends_at) = (row.get("hidden_at")?, row.get("ends_at")?);
    Ok(subject.map(|subject| Hide {
        subject,
        scope: if is_everywhere {
            HideScope::Everywhere
        } else {
            HideScope::Home
        },
        hidden_at,
        ends_at,
    }))
}
