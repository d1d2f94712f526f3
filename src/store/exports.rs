//! The export of a person's own data. Long lists are read row by row, so that no person's history has to fit into
//! memory. The export contains only the names of other people, and only of those whom the person may see.

use rusqlite::{Connection, OptionalExtension, Row};

use super::{
    images::{self, Blob},
    invitations, notifications, sessions,
    tokens::personal,
    users,
    visibility::{hidden_people, like_visible, person_visible, visible},
};
use crate::{
    error::Result,
    model::{
        Account, OwnComment, OwnImage, OwnLike, OwnPost, PostAddress, PostId, Revision, Tie, Tied,
        User, UserId,
    },
};

/// The most invitations in an export: as many as are kept for one maker.
const INVITATIONS_MAX: u32 = 1_000;

/// A callback that takes one item at a time. Its error ends the reading.
pub type Take<'t, T> = &'t mut dyn FnMut(T) -> Result<()>;

/// Returns a person's account: profile, sessions, tokens and invitations.
///
/// # Errors
/// `NotFound` if there is no such person.
pub fn account(conn: &Connection, viewer: UserId) -> Result<Account> {
    let mut query = conn.prepare_cached(concat!(
        "select ",
        users::user_columns!(),
        ", role, email, bio, notifications_read, is_private
         from users join feeds on feeds.owner_id = users.id where users.id = ?1"
    ))?;
    let account = query.query_row([viewer], |row| {
        Ok(Account {
            user: users::from_row(row)?,
            role: row.get("role")?,
            email: row.get("email")?,
            bio: row.get("bio")?,
            is_private: row.get("is_private")?,
            former_usernames: Vec::new(),
            notifications_read: row.get("notifications_read")?,
            unread: 0,
            sessions: Vec::new(),
            tokens: Vec::new(),
            invitations: Vec::new(),
            avatar: None,
        })
    })?;
    Ok(Account {
        former_usernames: former_usernames(conn, viewer)?,
        unread: notifications::unread(conn, viewer)?,
        sessions: sessions::of(conn, viewer)?,
        tokens: personal::list(conn, viewer)?,
        invitations: invitations::of_maker(conn, viewer, None, INVITATIONS_MAX)?.items,
        avatar: avatar(conn, &account.user)?,
        ..account
    })
}

fn former_usernames(conn: &Connection, viewer: UserId) -> Result<Vec<String>> {
    let mut query = conn.prepare_cached(
        "select username from former_usernames where user_id = ?1 order by username",
    )?;
    let names = query.query_map([viewer], |row| row.get(0))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}

/// Reads a person's own posts, newest first.
pub fn each_post(conn: &Connection, viewer: UserId, take: Take<'_, OwnPost>) -> Result<()> {
    let sql = concat!(
        "select id, message, created_at, edited_at, images,
             case when like_count > 0 then (
                 select count(*) from acts
                 where post_id = posts.id and like_event is not null and ",
        like_visible!("acts"),
        ")
             else 0 end,
             case when comment_count > 0 then (
                 select count(*) from comments
                 where post_id = posts.id and deleted_at is null and author_id not in ",
        hidden_people!(),
        ")
             else 0 end
         from posts indexed by posts_by_author
         where author_id = ?1 and deleted_at is null
         order by event_id desc"
    );
    let mut query = conn.prepare_cached(sql)?;
    let mut rows = query.query([viewer])?;
    while let Some(row) = rows.next()? {
        let mut post = OwnPost {
            id: row.get(0)?,
            message: row.get(1)?,
            created_at: row.get(2)?,
            edited_at: row.get(3)?,
            images: Vec::new(),
            likes: row.get::<_, i64>(5)?.unsigned_abs(),
            comments: row.get::<_, i64>(6)?.unsigned_abs(),
            revisions: Vec::new(),
        };
        if row.get::<_, u32>(4)? > 0 {
            post.images = images_of(conn, post.id)?;
        }
        if post.edited_at.is_some() {
            post.revisions = revisions(conn, post.id)?;
        }
        take(post)?;
    }
    Ok(())
}

/// The query for [`own_image`]: an image and its largest rendition. The blob's columns come first.
macro_rules! own_images {
    () => {
        "select blobs.id, hash, crc, media_type, blobs.bytes, post_id,
             images.id as image_id, images.width, images.height, alt, is_moving
         from images
         join renditions on renditions.image_id = images.id and renditions.name = case
             when is_avatar then 'avatar-400' when is_moving then 'moving' else 'full' end
         join blobs on blobs.id = renditions.blob_id
         where "
    };
}

fn own_image(row: &Row<'_>) -> rusqlite::Result<OwnImage> {
    Ok(OwnImage {
        image: images::from_row(row)?,
        media_type: row.get("media_type")?,
        post: row.get("post_id")?,
    })
}

fn images_of(conn: &Connection, post: PostId) -> Result<Vec<OwnImage>> {
    let sql = concat!(own_images!(), "images.post_id = ? order by images.place");
    let mut query = conn.prepare_cached(sql)?;
    let images = query.query_map([post], own_image)?;
    Ok(images.collect::<rusqlite::Result<_>>()?)
}

fn avatar(conn: &Connection, user: &User) -> Result<Option<OwnImage>> {
    let mut query = conn.prepare_cached(concat!(own_images!(), "images.id = ?"))?;
    Ok(query.query_row([user.avatar], own_image).optional()?)
}

/// Reads all images of a person with their bytes: those of posts, avatars, and unused ones. The newest come first.
pub fn each_image(
    conn: &Connection,
    viewer: UserId,
    take: Take<'_, (OwnImage, Blob)>,
) -> Result<()> {
    let sql = concat!(
        own_images!(),
        "images.owner_id = ?
             and not exists (select 1 from posts where id = images.post_id and deleted_at is not null)
         order by images.id desc"
    );
    let mut query = conn.prepare_cached(sql)?;
    let mut rows = query.query([viewer])?;
    while let Some(row) = rows.next()? {
        take((own_image(row)?, images::blobs::from_row(row)?))?;
    }
    Ok(())
}

fn revisions(conn: &Connection, post: PostId) -> Result<Vec<Revision>> {
    let mut query = conn.prepare_cached(
        "select message, created_at from revisions where post_id = ? order by id desc",
    )?;
    let revisions = query.query_map([post], |row| {
        Ok(Revision {
            message: row.get(0)?,
            created_at: row.get(1)?,
        })
    })?;
    Ok(revisions.collect::<rusqlite::Result<_>>()?)
}

/// Reads a person's comments, grouped by post. The posts come newest first, the comments on one post oldest first.
pub fn each_comment(conn: &Connection, viewer: UserId, take: Take<'_, OwnComment>) -> Result<()> {
    let sql = concat!(
        "select comments.id as comment_id, comments.message as text, comments.created_at as written_at,
             comments.edited_at as changed_at, ", visible!(), " as is_visible, posts.id as post_id, posts.message,
             ", users::user_columns!(), "
         from acts indexed by acts_by_feed
         cross join posts on posts.id = acts.post_id
         cross join users on users.id = posts.author_id
         cross join comments indexed by comments_by_post
             on comments.post_id = acts.post_id and comments.author_id = ?1 and comments.deleted_at is null
         where acts.feed_id = (select feed_id from users where id = ?1) and acts.comment_event is not null
         order by acts.first_event desc, comments.id"
    );
    let mut query = conn.prepare_cached(sql)?;
    let mut rows = query.query([viewer])?;
    while let Some(row) = rows.next()? {
        let is_visible: bool = row.get("is_visible")?;
        take(OwnComment {
            id: row.get("comment_id")?,
            message: row.get("text")?,
            created_at: row.get("written_at")?,
            edited_at: row.get("changed_at")?,
            place: is_visible.then(|| place(row)).transpose()?,
        })?;
    }
    Ok(())
}

/// Reads a person's likes: first of posts, then of comments, newest first. Those that the person may no longer see are
/// left out.
pub fn each_like(conn: &Connection, viewer: UserId, take: Take<'_, OwnLike>) -> Result<()> {
    const OF_POSTS: &str = concat!(
        "select null as comment_id, (select created_at from events where id = acts.like_event) as since,
             posts.id as post_id, posts.message, ", users::user_columns!(), "
         from acts indexed by acts_by_feed
         cross join posts on posts.id = acts.post_id
         cross join users on users.id = posts.author_id
         where acts.feed_id = (select feed_id from users where id = ?1) and acts.like_event is not null
             and ", visible!(), "
         order by acts.first_event desc"
    );
    const OF_COMMENTS: &str = concat!(
        "select comments.id as comment_id, (select created_at from events where id = mine.event_id) as since,
             posts.id as post_id, posts.message, ", users::user_columns!(), "
         from (select comment_id, event_id from comment_likes where user_id = ?1 order by event_id desc) as mine
         cross join comments on comments.id = mine.comment_id and comments.deleted_at is null
         cross join posts on posts.id = comments.post_id
         cross join users on users.id = posts.author_id
         where ", visible!(), "
         order by mine.event_id desc"
    );
    for sql in [OF_POSTS, OF_COMMENTS] {
        let mut query = conn.prepare_cached(sql)?;
        let mut rows = query.query([viewer])?;
        while let Some(row) = rows.next()? {
            take(OwnLike {
                since: row.get("since")?,
                comment: row.get("comment_id")?,
                place: place(row)?,
            })?;
        }
    }
    Ok(())
}

/// Reads the posts that the person has muted.
pub fn each_muted_post(
    conn: &Connection,
    viewer: UserId,
    take: Take<'_, PostAddress>,
) -> Result<()> {
    let sql = concat!(
        "select posts.id as post_id, posts.message, ", users::user_columns!(), "
         from mutes cross join posts on posts.id = mutes.post_id cross join users on users.id = posts.author_id
         where mutes.user_id = ?1 and ",
        visible!(),
        " order by mutes.post_id desc"
    );
    let mut query = conn.prepare_cached(sql)?;
    let mut rows = query.query([viewer])?;
    while let Some(row) = rows.next()? {
        take(place(row)?)?;
    }
    Ok(())
}

/// Reads the people that the person is tied to in this way. Muted and blocked people are listed even if they are
/// hidden, because the person chose them.
pub fn each_tied(conn: &Connection, viewer: UserId, tie: Tie, take: Take<'_, Tied>) -> Result<()> {
    let sql = match tie {
        Tie::Following => concat!(
            "select ", users::user_columns!(), ", follows.created_at as since
             from follows join feeds on feeds.id = follows.feed_id join users on users.id = feeds.owner_id
             where follows.user_id = ?1 and ", person_visible!(), " order by follows.event_id desc"
        ),
        Tie::Followers => concat!(
            "select ", users::user_columns!(), ", follows.created_at as since
             from follows join users on users.id = follows.user_id
             where follows.feed_id = (select own.feed_id from users as own where own.id = ?1) and ", person_visible!(), "
             order by follows.event_id desc"
        ),
        Tie::Asked => concat!(
            "select ", users::user_columns!(), ", asked.created_at as since
             from follow_requests as asked
             join feeds on feeds.id = asked.feed_id join users on users.id = feeds.owner_id
             where asked.user_id = ?1 and ", person_visible!(), " order by asked.event_id desc"
        ),
        Tie::AskedBy => concat!(
            "select ", users::user_columns!(), ", asked.created_at as since
             from follow_requests as asked
             join users on users.id = asked.user_id
             where asked.feed_id = (select own.feed_id from users as own where own.id = ?1) and ", person_visible!(), "
             order by asked.event_id desc"
        ),
        Tie::Muted => {
            concat!("select ", users::user_columns!(), ", null as since
             from unseen join users on users.id = unseen.other_id
             where unseen.user_id = ?1 and unseen.mutes order by users.username")
        }
        Tie::Blocked => {
            concat!("select ", users::user_columns!(), ", null as since
             from unseen join users on users.id = unseen.other_id
             where unseen.user_id = ?1 and unseen.blocks order by users.username")
        }
    };
    let mut query = conn.prepare_cached(sql)?;
    let mut rows = query.query([viewer])?;
    while let Some(row) = rows.next()? {
        take(Tied {
            user: users::from_row(row)?,
            since: row.get("since")?,
        })?;
    }
    Ok(())
}

fn place(row: &Row<'_>) -> rusqlite::Result<PostAddress> {
    let author: User = users::from_row(row)?;
    let message: String = row.get("message")?;
    Ok(PostAddress::new(row.get("post_id")?, author, &message))
}
