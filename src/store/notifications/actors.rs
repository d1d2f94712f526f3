//! The people who are named in notifications.

use crate::store::{users, visibility::hidden_people};

/// The query for the people behind each group of notifications, the newest first, with their total number. It reads
/// only the newest two likers. `?2` is a JSON array of the groups: kind, post, comment, event.
pub(super) const ACTORS: &str = concat!("with hidden(person) as materialized ", hidden_people!(), ",
     page(place, kind, post, comment, event) as materialized (
         select key, value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(?2)),
     actors(place, total, user, event) as (
         select place, 1, author_id, page.event from page cross join posts on posts.id = post
         where kind = 'mention' and comment = 0
         union all
         select place, 1, author_id, page.event from page cross join comments on comments.id = comment
         where kind = 'mention' and comment <> 0
         union all
         select place, posts.like_count - (
                 select count(*) from hidden cross join users on users.id = hidden.person
                 cross join acts on acts.post_id = post and acts.feed_id = users.feed_id and like_event is not null),
             actor_id, like_event
         from page cross join posts on posts.id = post
         cross join acts on acts.post_id = post and acts.like_event in (
             select like_event from acts where post_id = post and like_event is not null
                 and actor_id not in hidden
             order by like_event desc limit 2)
         where kind = 'like'
         union all
         select place, comments.like_count - (
                 select count(*) from hidden
                 cross join comment_likes on comment_id = comment and user_id = hidden.person),
             user_id, event_id
         from page cross join comments on comments.id = comment
         cross join comment_likes on comment_likes.comment_id = comment and event_id in (
             select event_id from comment_likes where comment_id = comment and user_id not in hidden
             order by event_id desc limit 2)
         where kind = 'comment_like'
         union all
         select place, count(*) over (partition by place), author_id, max(comments.id)
         from page cross join comments indexed by comments_by_post
             on comments.post_id = post and deleted_at is null and author_id <> ?1
                 and author_id not in hidden
                 and comments.id > coalesce((
                     select comment_event from acts
                     where post_id = post and actor_id = ?1 and owner_id <> ?1), 0)
         where kind = 'comment' group by place, author_id
         union all
         select place, count(*) over (partition by place), follows.user_id, follows.event_id
         from page cross join users as oneself on oneself.id = ?1
         cross join follows on follows.feed_id = oneself.feed_id and follows.event_id <= page.event
             and follows.granted_event is null and follows.user_id not in hidden
             and follows.created_at / 86400000 = (
                 select created_at / 86400000 from follows as newest
                 where newest.feed_id = oneself.feed_id and newest.event_id = page.event)
         where kind = 'follow'
         union all
         select place, count(*) over (partition by place), follow_requests.user_id, follow_requests.event_id
         from page cross join users as oneself on oneself.id = ?1
         cross join follow_requests on follow_requests.feed_id = oneself.feed_id
             and follow_requests.user_id not in hidden
         where kind = 'follow_request'
         union all
         select place, 1, feeds.owner_id, page.event
         from page cross join follows on follows.user_id = ?1 and follows.granted_event = page.event
         cross join feeds on feeds.id = follows.feed_id
         where page.kind = 'follow_granted')
     select place, total, ", users::user_columns!(), "
     from actors join users on users.id = actors.user order by place, event desc");
