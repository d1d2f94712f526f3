//! The notifications of a person as groups of acts: what counts as news, and which acts share a notification.

use rusqlite::Row;

use crate::model::{EventId, NotificationKind, PostId};

/// The number of threads with comments of a person, the latest ones, in which other people's comments are still news to
/// that person. It limits the cost of each page that shows the number of unread notifications.
macro_rules! threads_max {
    () => {
        "1000"
    };
}

/// The condition that a row of `comments` does not mention `?1`. A comment that does is news as a mention, and as
/// nothing else.
macro_rules! names_nobody {
    () => {
        "not exists (select 1 from mentions where user_id = ?1 and event_id = comments.id)"
    };
}

/// Mentions of the person in posts and comments, one row for each.
macro_rules! mentions {
    () => {
        concat!("select 'mention' as kind, mentions.post_id, mentions.comment_id, mentions.event_id as event
         from mentions cross join posts on posts.id = mentions.post_id
         where mentions.user_id = ?1 and mentions.event_id > ?2 and mentions.event_id < ?3 and ", crate::store::visibility::visible!(), "
             and case when mentions.comment_id = 0 then posts.author_id not in ", crate::store::visibility::hidden_people!(), "
                 else exists (
                     select 1 from comments where id = mentions.comment_id and deleted_at is null
                         and author_id not in ", crate::store::visibility::hidden_people!(), ")
                 end")
    };
}

/// Likes of the person's posts, one row for each post: the newest like that the person sees.
macro_rules! likes {
    () => {
        concat!(
            "select 'like', acts.post_id, 0, acts.like_event
         from acts indexed by likes_by_owner cross join posts on posts.id = acts.post_id
         where acts.owner_id = ?1 and acts.like_event > ?2 and acts.like_event < ?3 and ",
            crate::store::visibility::visible!(),
            "
             and not exists (select 1 from mutes where user_id = ?1 and post_id = acts.post_id)
             and acts.feed_id not in ",
            crate::store::visibility::hidden_feeds!(),
            "
             and not exists (
                 select 1 from acts as later indexed by likes_by_post
                 where later.post_id = acts.post_id and later.like_event > acts.like_event
                     and later.feed_id not in ",
            crate::store::visibility::hidden_feeds!(),
            ")"
        )
    };
}

/// Likes of the person's comments, one row for each comment.
macro_rules! comment_likes {
    () => {
        concat!("select 'comment_like', comments.post_id, comments.id, comment_likes.event_id
         from comment_likes indexed by comment_likes_by_owner
         cross join comments on comments.id = comment_likes.comment_id and comments.deleted_at is null
         cross join posts on posts.id = comments.post_id
         where comment_likes.owner_id = ?1 and comment_likes.event_id > ?2 and comment_likes.event_id < ?3
             and ", crate::store::visibility::visible!(), "
             and not exists (select 1 from mutes where user_id = ?1 and post_id = comments.post_id)
             and comment_likes.user_id not in ", crate::store::visibility::hidden_people!(), "
             and not exists (
                 select 1 from comment_likes as later
                 where later.comment_id = comment_likes.comment_id and later.event_id > comment_likes.event_id
                     and later.user_id not in ", crate::store::visibility::hidden_people!(), ")")
    };
}

/// Comments on the person's own posts, one row for each post. Personal posts are read from the person's own
/// feed, and those that are in other feeds from an index of their own.
macro_rules! comments_on_own_posts {
    () => {
        concat!(
            "select 'comment', posts.id, 0, (
             select id from comments
             where post_id = posts.id and author_id <> ?1 and deleted_at is null
                 and author_id not in ",
            crate::store::visibility::hidden_people!(),
            " and ",
            names_nobody!(),
            "
             order by id desc limit 1) as event
         from (
             select post_id from post_feeds
             where feed_id = ",
            crate::store::feeds::own_feed!("?1"),
            " and bump > ?2 and is_personal = 1
             union all
             select id from posts indexed by posts_shared_by_author
             where author_id = ?1 and is_personal = 0 and bump > ?2) as mine
         cross join posts on posts.id = mine.post_id
         where posts.author_id = ?1 and posts.comment_count > 0
             and ",
            crate::store::visibility::visible!(),
            "
             and not exists (select 1 from mutes where user_id = ?1 and post_id = posts.id)
             and event > ?2 and event < ?3"
        )
    };
}

/// Later comments in threads that the person has commented in, one row for each thread.
macro_rules! comments_in_threads {
    () => {
        concat!("select 'comment', posts.id, 0, (
             select id from comments
             where post_id = posts.id and author_id <> ?1 and id > thread.since and deleted_at is null
                 and author_id not in ", crate::store::visibility::hidden_people!(), " and ", names_nobody!(), "
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
}

/// New followers, one row for each day.
macro_rules! follows {
    () => {
        concat!(
            "select 'follow', null, 0, max(follows.event_id) as event
         from follows indexed by follows_by_feed
         where follows.feed_id = ",
            crate::store::feeds::own_feed!("?1"),
            " and follows.event_id > ?2 and follows.granted_event is null
             and follows.user_id not in ",
            crate::store::visibility::hidden_people!(),
            "
         group by follows.created_at / 86400000 having event < ?3"
        )
    };
}

/// Requests to follow the person, all in one row.
macro_rules! follow_requests {
    () => {
        concat!(
            "select 'follow_request', null, 0, max(follow_requests.event_id) as event
         from follow_requests indexed by follow_requests_by_feed
         where follow_requests.feed_id = ",
            crate::store::feeds::own_feed!("?1"),
            " and follow_requests.event_id > ?2
             and follow_requests.user_id not in ",
            crate::store::visibility::hidden_people!(),
            "
         having event < ?3"
        )
    };
}

/// Private people who accepted the person's request to follow them, one row for each.
macro_rules! grants {
    () => {
        "select 'follow_granted', null, 0, granted_event
         from follows indexed by follows_granted
         where user_id = ?1 and granted_event > ?2 and granted_event < ?3 and is_silent = 0"
    };
}

/// The groups that concern `?1` after the event `?2` and before `?3`, the newest first, at most `?4`. A row is
/// `kind, post_id, comment_id, event`, where the event is the group's newest act.
macro_rules! groups {
    () => {
        concat!(
            "select kind, post_id, comment_id, event from (",
            mentions!(),
            " union all ",
            likes!(),
            " union all ",
            comment_likes!(),
            " union all ",
            comments_on_own_posts!(),
            " union all ",
            comments_in_threads!(),
            " union all ",
            follows!(),
            " union all ",
            follow_requests!(),
            " union all ",
            grants!(),
            ") order by event desc limit ?4"
        )
    };
}

/// The query for a page of groups, with the parameters of `groups!`.
pub(super) const GROUPS: &str = groups!();

/// The query for the number of groups, with the parameters of `groups!`.
pub(super) const COUNT: &str = concat!("select count(*) from (", groups!(), ")");

/// A group of acts that share a notification.
pub(super) struct Group {
    pub(super) kind: NotificationKind,
    pub(super) post: Option<PostId>,
    pub(super) comment: i64,
    pub(super) event: EventId,
}

impl Group {
    pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<Group> {
        Ok(Group {
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
