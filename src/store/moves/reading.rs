//! Everything of a site that another one can take over: its members, groups, posts and comments, whoever may see them.
//! Left out are those who leave, what is deleted, and imaginary friends.

use rusqlite::{Connection, Row, ToSql};

use crate::{
    error::Result,
    model::{
        CommentId, DirectsFrom, FeedId, ImageId, MovedComment, MovedGroup, MovedImage, MovedMember,
        MovedPerson, MovedPlace, MovedPost, MovedTies, PostId, Role, UserId,
    },
    store::{images, rows::Take},
};

/// The condition that a person is moved, by the name of the table.
macro_rules! stays {
    ($users:literal) => {
        concat!(
            $users,
            ".leaves_at is null and ",
            $users,
            ".gone_at is null and ",
            $users,
            ".imagined_by is null"
        )
    };
}

/// Reads all members, the oldest account first.
pub fn each_person(conn: &Connection, take: Take<'_, MovedPerson>) -> Result<()> {
    let sql = concat!(
        "select users.id, username, name, bio, email, role, suspended_at is not null, directs_from, created_at,
             avatar, is_private
         from users join feeds on feeds.owner_id = users.id where ", stays!("users"), " order by users.id"
    );
    let mut query = conn.prepare_cached(sql)?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        take(person(conn, row)?)?;
    }
    Ok(())
}

fn person(conn: &Connection, row: &Row<'_>) -> Result<MovedPerson> {
    const FOLLOWED: &str = concat!(
        "select username from follows join feeds on feeds.id = follows.feed_id
         join users on users.id = feeds.owner_id
         where follows.user_id = ? and ",
        stays!("users"),
        " order by users.id"
    );
    const BLOCKED: &str = concat!(
        "select username from unseen join users on users.id = unseen.other_id
         where unseen.user_id = ? and blocks = 1 and ",
        stays!("users"),
        " order by users.id"
    );
    const MUTED: &str = concat!(
        "select username from unseen join users on users.id = unseen.other_id
         where unseen.user_id = ? and mutes = 1 and ",
        stays!("users"),
        " order by users.id"
    );
    let id: UserId = row.get(0)?;
    let role: Role = row.get(5)?;
    let directs_from: DirectsFrom = row.get(7)?;
    Ok(MovedPerson {
        id: id.0,
        username: row.get(1)?,
        name: row.get(2)?,
        bio: row.get(3)?,
        email: row.get(4)?,
        former_usernames: names(
            conn,
            "select username from former_usernames where user_id = ? order by username",
            id,
        )?,
        role: role.name().to_owned(),
        private: row.get(10)?,
        suspended: row.get(6)?,
        directs_from: directs_from.name().to_owned(),
        created_at: row.get(8)?,
        avatar: file(conn, row.get(9)?)?,
        ties: MovedTies {
            follows: names(conn, FOLLOWED, id)?,
            blocks: names(conn, BLOCKED, id)?,
            mutes: names(conn, MUTED, id)?,
        },
    })
}

/// Reads all groups, the oldest first.
pub fn each_group(conn: &Connection, take: Take<'_, MovedGroup>) -> Result<()> {
    let mut query = conn.prepare_cached(
        "select feed_id, name, title, about, is_private, is_announcements, groups.created_at, avatar
         from groups join feeds on feeds.id = groups.feed_id
         where gone_at is null and deletes_at is null order by feed_id",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let id: FeedId = row.get(0)?;
        take(MovedGroup {
            id: id.0,
            name: row.get(1)?,
            title: row.get(2)?,
            about: row.get(3)?,
            private: row.get(4)?,
            announcements: row.get(5)?,
            created_at: row.get(6)?,
            avatar: file(conn, row.get(7)?)?,
            members: members(conn, id)?,
        })?;
    }
    Ok(())
}

/// Returns the members of a group, and those who are barred and have left.
fn members(conn: &Connection, group: FeedId) -> Result<Vec<MovedMember>> {
    let mut query = conn.prepare_cached(concat!(
        "select username, follows.user_id is not null as is_member, coalesce(is_admin, 0), coalesce(is_barred, 0) as barred
         from (select user_id from follows where feed_id = ?1 union select user_id from group_roles where feed_id = ?1) as known
         join users on users.id = known.user_id
         left join follows on follows.feed_id = ?1 and follows.user_id = users.id
         left join group_roles on group_roles.feed_id = ?1 and group_roles.user_id = users.id
         where (is_member or barred) and ",
        stays!("users"),
        " order by users.id"
    ))?;
    let members = query.query_map([group], |row| {
        Ok(MovedMember {
            username: row.get(0)?,
            member: row.get(1)?,
            admin: row.get(2)?,
            barred: row.get(3)?,
        })
    })?;
    Ok(members.collect::<rusqlite::Result<_>>()?)
}

/// Reads all posts: the oldest first, or the newest.
pub fn each_post(
    conn: &Connection,
    is_newest_first: bool,
    take: Take<'_, MovedPost>,
) -> Result<()> {
    macro_rules! in_order {
        ($order:literal) => {
            concat!(
                "select posts.id, username, message, posts.created_at, edited_at, is_personal, posts.author_id
                 from posts indexed by posts_by_event cross join users on users.id = posts.author_id
                 where deleted_at is null and ", stays!("users"), " order by posts.event_id ", $order
            )
        };
    }
    let sql = if is_newest_first {
        in_order!("desc")
    } else {
        in_order!("asc")
    };
    let mut query = conn.prepare_cached(sql)?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let id: PostId = row.get(0)?;
        let to = if row.get(5)? {
            vec![own_feed()]
        } else {
            places(conn, id, row.get(6)?, &row.get::<_, String>(1)?)?
        };
        // Its groups are being deleted, and it goes with them.
        if to.is_empty() {
            continue;
        }
        let images = images::own_of_post(conn, id)?;
        take(MovedPost {
            id: id.to_string(),
            author: row.get(1)?,
            to,
            message: row.get(2)?,
            created_at: row.get(3)?,
            edited_at: row.get(4)?,
            images: images
                .iter()
                .map(|image| MovedImage {
                    file: image.file(),
                    alt: image.image.alt.as_str().to_owned(),
                })
                .collect(),
            likes: likes(conn, id)?,
        })?;
    }
    Ok(())
}

fn own_feed() -> MovedPlace {
    MovedPlace {
        kind: "feed".into(),
        name: String::new(),
    }
}

/// Returns the places of a post that is not in its author's own feed alone.
fn places(conn: &Connection, post: PostId, author: UserId, name: &str) -> Result<Vec<MovedPlace>> {
    let mut query = conn.prepare_cached(
        "select feeds.id, feeds.kind, groups.name, groups.gone_at is null and groups.deletes_at is null
         from post_feeds indexed by post_feeds_shared join feeds on feeds.id = post_feeds.feed_id
         left join groups on groups.feed_id = feeds.id
         where post_feeds.post_id = ? and post_feeds.is_personal = 0 order by feeds.id",
    )?;
    let mut places = Vec::new();
    let mut rows = query.query([post])?;
    while let Some(row) = rows.next()? {
        let (feed, kind): (FeedId, String) = (row.get(0)?, row.get(1)?);
        match kind.as_str() {
            "own" => places.push(own_feed()),
            "group" if row.get(3)? => places.push(MovedPlace {
                kind: "group".into(),
                name: row.get(2)?,
            }),
            "direct" => places.extend(people(conn, feed, author, name)?),
            _ => {}
        }
    }
    Ok(places)
}

/// Returns the people of a conversation but its author, or the author if all others leave.
fn people(conn: &Connection, feed: FeedId, author: UserId, name: &str) -> Result<Vec<MovedPlace>> {
    const OTHERS: &str = concat!(
        "select username from follows join users on users.id = follows.user_id
         where follows.feed_id = ?1 and users.id <> ?2 and ",
        stays!("users"),
        " order by users.id"
    );
    let mut query = conn.prepare_cached(OTHERS)?;
    let others = query.query_map((feed, author), |row| row.get(0))?;
    let mut names: Vec<String> = others.collect::<rusqlite::Result<_>>()?;
    if names.is_empty() {
        names.push(name.to_owned());
    }
    let place = |name| MovedPlace {
        kind: "person".into(),
        name,
    };
    Ok(names.into_iter().map(place).collect())
}

fn likes(conn: &Connection, post: PostId) -> Result<Vec<String>> {
    names(
        conn,
        concat!(
            "select username from acts join users on users.id = acts.actor_id
             where acts.post_id = ? and like_event is not null and ",
            stays!("users"),
            " order by like_event"
        ),
        post,
    )
}

/// Reads all comments on posts that are moved, in their order under each post: those of imports first.
pub fn each_comment(conn: &Connection, take: Take<'_, MovedComment>) -> Result<()> {
    const ALL: &str = concat!(
        "select comments.id, comments.post_id, users.username, comments.message, comments.created_at, comments.edited_at, comments.like_count
         from comments cross join users on users.id = comments.author_id
         cross join posts on posts.id = comments.post_id cross join users as authors on authors.id = posts.author_id
         where comments.deleted_at is null and posts.deleted_at is null and ", stays!("users"), " and ",
        stays!("authors"), " order by comments.id"
    );
    let mut query = conn.prepare_cached(ALL)?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        take(comment(conn, row)?)?;
    }
    Ok(())
}

/// Returns the comments on a post.
pub fn comments_on(conn: &Connection, post: PostId) -> Result<Vec<MovedComment>> {
    let mut query = conn.prepare_cached(concat!(
        "select comments.id, post_id, username, message, comments.created_at, edited_at, like_count
         from comments indexed by comments_by_post cross join users on users.id = comments.author_id
         where post_id = ? and deleted_at is null and ",
        stays!("users"),
        " order by comments.id"
    ))?;
    let mut rows = query.query([post])?;
    let mut comments = Vec::new();
    while let Some(row) = rows.next()? {
        comments.push(comment(conn, row)?);
    }
    Ok(comments)
}

fn comment(conn: &Connection, row: &Row<'_>) -> Result<MovedComment> {
    const LIKES: &str = concat!(
        "select username from comment_likes join users on users.id = comment_likes.user_id
         where comment_id = ? and ",
        stays!("users"),
        " order by comment_likes.event_id"
    );
    let (id, post): (CommentId, PostId) = (row.get(0)?, row.get(1)?);
    let has_likes = row.get::<_, i64>(6)? > 0;
    Ok(MovedComment {
        id: id.0,
        post: post.to_string(),
        author: row.get(2)?,
        comment: row.get(3)?,
        created_at: row.get(4)?,
        edited_at: row.get(5)?,
        likes: if has_likes {
            names(conn, LIKES, id)?
        } else {
            Vec::new()
        },
    })
}

/// Checks whether every member may read a post.
pub fn is_open(conn: &Connection, post: PostId) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select exists (select 1 from feeds where owner_id = posts.author_id and is_hidden = 0)
             and case is_personal when 1 then exists (
                 select 1 from feeds where owner_id = posts.author_id and is_private = 0)
             else exists (
                 select 1 from post_feeds indexed by post_feeds_shared join feeds on feeds.id = post_feeds.feed_id
                 where post_feeds.post_id = posts.id and post_feeds.is_personal = 0
                     and feeds.is_private = 0 and feeds.is_hidden = 0) end
         from posts where id = ?",
    )?;
    Ok(query.query_row([post], |row| row.get(0))?)
}

/// Returns the name of a picture's file in the archive.
fn file(conn: &Connection, image: Option<ImageId>) -> Result<Option<String>> {
    let image = match image {
        Some(image) => images::with_id(conn, image)?,
        None => None,
    };
    Ok(image.map(|image| image.file()))
}

/// Returns the names that a query about one thing finds.
fn names(conn: &Connection, sql: &str, of: impl ToSql) -> Result<Vec<String>> {
    let mut query = conn.prepare_cached(sql)?;
    let names = query.query_map([of], |row| row.get(0))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}
