//! The kinds of notifications: for each one, what counts as news and which acts share a notification, and beside it who
//! acted.
//!
//! `news` is a query for bundles: `kind, post_id, comment_id, event` of those that concern `?1` after the event `?2` and
//! before `?3`, where the event is the bundle's newest act; `?5` is the time that hides are compared with. `actors` is a
//! query for the people behind the bundles in the table `page`: `place, total, user, event`.

use rusqlite::Row;

use super::{
    follow_kinds::{follow, follow_granted, follow_request},
    group_kinds::{direct, group_granted, group_request, group_role, moderated},
};
use crate::{
    model::{EventId, NotificationKind, PostId},
    store::users,
};

/// The number of threads with comments of a person, the latest ones, in which other people's comments are still news to
/// that person. It limits the cost of each page that shows the number of unread notifications.
macro_rules! threads_max {
    () => {
        "1000"
    };
}
pub(super) use threads_max;

/// The people whose acts are no news to the viewer: those of whom the viewer sees nothing, and those whose posts are
/// hidden everywhere at the time that the parameter gives.
macro_rules! silent_people {
    ($now:literal) => {
        concat!(
            "(select other_id from hides
                  where user_id = ?1 and kind = 'user' and is_everywhere = 1 and (ends_at is null or ends_at > ",
            $now,
            ")
              union all select * from ",
            crate::store::visibility::hidden_people!(),
            ")"
        )
    };
}
pub(super) use silent_people;

/// The own feeds of [`silent_people`], for queries whose index knows feeds and not people.
macro_rules! silent_feeds {
    ($now:literal) => {
        concat!(
            "(select users.feed_id from hides cross join users on users.id = hides.other_id
                  where hides.user_id = ?1 and hides.kind = 'user' and hides.is_everywhere = 1
                      and (hides.ends_at is null or hides.ends_at > ",
            $now,
            ")
              union all select * from ",
            crate::store::visibility::hidden_feeds!(),
            ")"
        )
    };
}

/// The condition that a row of `comments` does not mention `?1`. A comment that does is news as a mention, and as
/// nothing else.
macro_rules! names_nobody {
    () => {
        "not exists (select 1 from mentions where user_id = ?1 and event_id = comments.id)"
    };
}
pub(super) use names_nobody;

/// The condition that a row of `comments` is news because of a row of `post_bells`.
macro_rules! rings_for_comment {
    () => {
        concat!(
            "comments.post_id = post_bells.post_id and comments.id > post_bells.since
             and comments.deleted_at is null and comments.author_id <> ?1
             and comments.author_id not in ",
            crate::store::visibility::hidden_people!(),
            " and ",
            names_nobody!(),
            "
             and comments.id < coalesce((
                 select comment_event from acts
                 where post_id = post_bells.post_id and feed_id = ",
            crate::store::feeds::own_feed!("?1"),
            "), 9223372036854775807)"
        )
    };
}
pub(super) use rings_for_comment;

/// Mentions of the person in posts and comments, one row for each.
macro_rules! mention {
    (news) => {
        concat!("select 'mention' as kind, mentions.post_id, mentions.comment_id, mentions.event_id as event
         from mentions cross join posts on posts.id = mentions.post_id
         where mentions.user_id = ?1 and mentions.event_id > ?2 and mentions.event_id < ?3 and ", crate::store::visibility::visible!(), "
             and case when mentions.comment_id = 0 then posts.author_id not in ", silent_people!("?5"), "
                 else exists (
                     select 1 from comments where id = mentions.comment_id and deleted_at is null
                         and author_id not in ", silent_people!("?5"), ")
                 end")
    };
    (actors) => {
        "select place, 1, author_id, page.event from page cross join posts on posts.id = post
         where kind = 'mention' and comment = 0
         union all
         select place, 1, author_id, page.event from page cross join comments on comments.id = comment
         where kind = 'mention' and comment <> 0"
    };
}

/// Likes of the person's posts, one row for each post: the newest like that the person sees.
macro_rules! like {
    (news) => {
        concat!(
            "select 'like', acts.post_id, 0, acts.like_event
         from acts indexed by likes_by_owner cross join posts on posts.id = acts.post_id
         where acts.owner_id = ?1 and acts.like_event > ?2 and acts.like_event < ?3 and ",
            crate::store::visibility::visible!(),
            "
             and not exists (select 1 from mutes where user_id = ?1 and post_id = acts.post_id)
             and acts.feed_id not in ",
            silent_feeds!("?5"),
            "
             and not exists (
                 select 1 from acts as later indexed by likes_by_post
                 where later.post_id = acts.post_id and later.like_event > acts.like_event
                     and later.feed_id not in ",
            silent_feeds!("?5"),
            ")"
        )
    };
    (actors) => {
        "select place, posts.like_count - (
                 select count(*) from hidden cross join users on users.id = hidden.person
                 cross join acts on acts.post_id = post and acts.feed_id = users.feed_id and like_event is not null),
             actor_id, like_event
         from page cross join posts on posts.id = post
         cross join acts on acts.post_id = post and acts.like_event in (
             select like_event from acts where post_id = post and like_event is not null
                 and actor_id not in hidden
             order by like_event desc limit 2)
         where kind = 'like'"
    };
}

/// Likes of the person's comments, one row for each comment.
macro_rules! comment_like {
    (news) => {
        concat!("select 'comment_like', comments.post_id, comments.id, comment_likes.event_id
         from comment_likes indexed by comment_likes_by_owner
         cross join comments on comments.id = comment_likes.comment_id and comments.deleted_at is null
         cross join posts on posts.id = comments.post_id
         where comment_likes.owner_id = ?1 and comment_likes.event_id > ?2 and comment_likes.event_id < ?3
             and ", crate::store::visibility::visible!(), "
             and not exists (select 1 from mutes where user_id = ?1 and post_id = comments.post_id)
             and comment_likes.user_id not in ", silent_people!("?5"), "
             and not exists (
                 select 1 from comment_likes as later
                 where later.comment_id = comment_likes.comment_id and later.event_id > comment_likes.event_id
                     and later.user_id not in ", silent_people!("?5"), ")")
    };
    (actors) => {
        "select place, comments.like_count - (
                 select count(*) from hidden
                 cross join comment_likes on comment_id = comment and user_id = hidden.person),
             user_id, event_id
         from page cross join comments on comments.id = comment
         cross join comment_likes on comment_likes.comment_id = comment and event_id in (
             select event_id from comment_likes where comment_id = comment and user_id not in hidden
             order by event_id desc limit 2)
         where kind = 'comment_like'"
    };
}

/// Comments, one row for each post. The first query is for the person's own posts: personal ones are read from the
/// person's own feed, and those that are in other feeds from an index of their own. The second is for later comments in
/// threads that the person has commented in.
macro_rules! comment {
    (news) => {
        concat!("select 'comment', posts.id, 0, (
             select id from comments
             where post_id = posts.id and author_id <> ?1 and deleted_at is null
                 and author_id not in ", silent_people!("?5"), " and ", names_nobody!(), "
             order by id desc limit 1) as event
         from (
             select post_id from post_feeds
             where feed_id = ", crate::store::feeds::own_feed!("?1"), " and bump > ?2 and is_personal = 1
             union all
             select id from posts indexed by posts_shared_by_author
             where author_id = ?1 and is_personal = 0 and bump > ?2) as mine
         cross join posts on posts.id = mine.post_id
         where posts.author_id = ?1 and posts.comment_count > 0 and ", crate::store::visibility::visible!(), "
             and not exists (select 1 from mutes where user_id = ?1 and post_id = posts.id)
             and event > ?2 and event < ?3
         union all
         select 'comment', posts.id, 0, (
             select id from comments
             where post_id = posts.id and author_id <> ?1 and id > thread.since and deleted_at is null
                 and author_id not in ", silent_people!("?5"), " and ", names_nobody!(), "
             order by id desc limit 1) as event
         from (
             select post_id, comment_event as since from acts indexed by acts_by_feed
             where feed_id = ", crate::store::feeds::own_feed!("?1"), " and comment_event is not null
             order by first_event desc limit ", threads_max!(), ") as thread
         cross join posts on posts.id = thread.post_id
         where posts.author_id <> ?1 and posts.bump > ?2 and ", crate::store::visibility::visible!(), "
             and not exists (select 1 from mutes where user_id = ?1 and post_id = posts.id)
             and event > ?2 and event < ?3")
    };
    (actors) => {
        concat!("select place, count(*) over (partition by place), author_id, max(comments.id)
         from page cross join comments indexed by comments_by_post
             on comments.post_id = post and deleted_at is null and author_id <> ?1
                 and author_id not in hidden and ", names_nobody!(), "
                 and comments.id > coalesce((
                     select comment_event from acts
                     where post_id = post and actor_id = ?1 and owner_id <> ?1), 0)
         where kind = 'comment' group by place, author_id")
    };
}

/// New posts in feeds with a bell of the person, one row for each; and new comments on posts with a bell, one row for each
/// post, about the newest comment. A post that mentions the person is news as a mention. Comments on the person's own
/// post, or after a comment of theirs, are news as comments.
macro_rules! bell {
    (news) => {
        concat!("select distinct 'bell', posts.id, 0, posts.event_id as event
         from feed_bells
         cross join post_feeds on post_feeds.feed_id = feed_bells.feed_id
             and post_feeds.bump > max(?2, feed_bells.since)
         cross join posts on posts.id = post_feeds.post_id
         where feed_bells.user_id = ?1 and posts.event_id > max(?2, feed_bells.since) and posts.event_id < ?3
             and posts.author_id <> ?1 and posts.author_id not in ", crate::store::visibility::hidden_people!(), "
             and not exists (select 1 from mentions where post_id = posts.id and comment_id = 0 and user_id = ?1)
             and not exists (select 1 from mutes where user_id = ?1 and post_id = posts.id)
             and ", crate::store::visibility::visible!(), "
         union all
         select 'bell', posts.id, rung.newest, rung.newest
         from (
             select post_bells.post_id, (
                 select comments.id from comments indexed by comments_by_post
                 where ", rings_for_comment!(), " order by comments.id desc limit 1) as newest
             from post_bells cross join posts as lifted on lifted.id = post_bells.post_id and lifted.bump > ?2
             where post_bells.user_id = ?1) as rung
         cross join posts on posts.id = rung.post_id
         where rung.newest > ?2 and rung.newest < ?3 and posts.author_id <> ?1
             and not exists (select 1 from mutes where user_id = ?1 and post_id = posts.id)
             and ", crate::store::visibility::visible!())
    };
    (actors) => {
        concat!("select place, 1, author_id, page.event from page cross join posts on posts.id = post
         where kind = 'bell' and comment = 0
         union all
         select place, count(*) over (partition by place), author_id, max(comments.id)
         from page cross join post_bells on post_bells.user_id = ?1 and post_bells.post_id = page.post
         cross join comments indexed by comments_by_post on ", rings_for_comment!(), "
         where kind = 'bell' and comment <> 0 group by place, author_id")
    };
}

/// The queries of all kinds, in one. The first kind names the columns of `news`.
macro_rules! all_kinds {
    ($part:ident) => {
        concat!(
            mention!($part),
            " union all ",
            like!($part),
            " union all ",
            comment_like!($part),
            " union all ",
            comment!($part),
            " union all ",
            follow!($part),
            " union all ",
            follow_request!($part),
            " union all ",
            follow_granted!($part),
            " union all ",
            group_request!($part),
            " union all ",
            group_granted!($part),
            " union all ",
            group_role!($part),
            " union all ",
            direct!($part),
            " union all ",
            moderated!($part),
            " union all ",
            bell!($part)
        )
    };
}

/// The query for a page of bundles after the event `?2` and before `?3`, the newest first, at most `?4`.
pub(super) const BUNDLES: &str = concat!(
    "select kind, post_id, comment_id, event from (",
    all_kinds!(news),
    ") order by event desc limit ?4"
);

/// The query for the number of bundles. It stops at the limit, and does not look for the newest ones: they are more than
/// are counted for somebody who never looks.
pub(super) const COUNT: &str = concat!(
    "select count(*) from (select 1 from (",
    all_kinds!(news),
    ") limit ?4)"
);

/// The query for the people behind each bundle, the newest first, with their total number. It reads
/// only the newest two likers. `?2` is a JSON array of the bundles: kind, post, comment, event. `?3` is the time.
pub(super) const ACTORS: &str = concat!(
    "with hidden(person) as materialized ",
    silent_people!("?3"),
    ",
     page(place, kind, post, comment, event) as materialized (
         select key, value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(?2)),
     actors(place, total, user, event) as (",
    all_kinds!(actors),
    ")
     select place, total, ",
    users::user_columns!(),
    "
     from actors join users on users.id = actors.user order by place, event desc"
);

/// The acts that share a notification.
pub(super) struct Bundle {
    pub(super) kind: NotificationKind,
    pub(super) post: Option<PostId>,
    /// The comment, or the feed of the group that the notification is about.
    pub(super) comment: i64,
    pub(super) event: EventId,
}

impl Bundle {
    pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<Bundle> {
        Ok(Bundle {
            kind: row.get("kind")?,
            post: row.get("post_id")?,
            comment: row.get("comment_id")?,
            event: row.get("event")?,
        })
    }

    pub(super) fn as_json(&self) -> serde_json::Value {
        let post = self.post.map(|post| post.0);
        serde_json::json!([self.kind.name(), post, self.comment, self.event.0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_queries() {
        for kind in NotificationKind::ALL {
            let name = kind.name();
            assert!(BUNDLES.contains(&format!("select '{name}'")), "{name}");
            assert!(ACTORS.contains(&format!("kind = '{name}'")), "{name}");
        }
    }
}
