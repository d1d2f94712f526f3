//! A site on which ten thousand people have written up to a million posts.

use crate::common::{Prepared, now, prepare};

const PEOPLE: u32 = 10_000;
const FOLLOWED: u32 = 200;

/// Fills a database: ten thousand people write posts and like and comment on recent ones, and one user follows two
/// hundred of them. Returns also the cookie of that user.
pub(crate) fn with_posts(count: u32) -> (Prepared, String) {
    let prepared = prepare();
    let cookie = prepared.people(1)[0].cookie.clone();
    let sql = format!(
        "with recursive n(i) as (select 2 union all select i + 1 from n where i < {PEOPLE})
         insert into users (id, username, password_hash, created_at) select i, 'person' || i, '', 0 from n;
         insert into feeds (id, owner_id) select id, id from users where id > 1;
         insert into follows (user_id, feed_id, event_id, created_at)
             select 1, id, id, 0 from users where id > 1 and id % ({PEOPLE} / {FOLLOWED}) = 7;
         with recursive n(i) as (select 1 union all select i + 1 from n where i < {count})
         insert into posts (id, author_id, message, bump, event_id, created_at)
             select i * 68719476737 % 4611686018427387847, 2 + i * 7 % ({PEOPLE} - 1),
                 'Post ' || i || ': the tomatoes on the balcony are ripe, who comes by tonight?', 4 * i, 4 * i, i from n;
         create temp table numbered as select event_id / 4 as i, id, author_id from posts;
         create unique index temp.numbered_i on numbered (i);
         with recursive n(i) as (select 1 union all select i + 1 from n where i < {count})
         insert into comments (id, post_id, author_id, message, created_at)
             select 4 * n.i + 1, numbered.id, 2 + n.i * 31 % ({PEOPLE} - 1), 'Me, with bread and wine.', n.i
             from n join numbered on numbered.i = max(1, n.i - n.i * 7919 % 100) where n.i % 2 = 0;
         with recursive n(i) as (select 1 union all select i + 1 from n where i < {count})
         insert or ignore into acts (post_id, feed_id, actor_id, owner_id, post_feed_id, first_event, like_event)
             select numbered.id, 2 + n.i * 17 % ({PEOPLE} - 1), 2 + n.i * 17 % ({PEOPLE} - 1), author_id, author_id, 4 * n.i + 2, 4 * n.i + 2
             from n join numbered on numbered.i = max(1, n.i - n.i * 104729 % 100)
             where author_id <> 2 + n.i * 17 % ({PEOPLE} - 1);
         insert into acts (post_id, feed_id, actor_id, owner_id, post_feed_id, first_event, comment_event)
             select post_id, comments.author_id, comments.author_id, posts.author_id, posts.author_id, min(comments.id), min(comments.id)
             from comments join posts on posts.id = post_id group by post_id, comments.author_id
             on conflict do update set comment_event = excluded.comment_event, first_event = min(like_event, excluded.comment_event);
         update posts set
             like_count = (select count(*) from acts where post_id = posts.id and like_event is not null),
             comment_count = (select count(*) from comments where post_id = posts.id),
             bump = coalesce((select max(id) from comments where post_id = posts.id), event_id);
         insert into events (id, kind, actor_id, feed_id, created_at) values (4 * {count} + 10, 'notifications', 1, 1, 0);"
    );
    prepared
        .db
        .write(now(), move |tx| Ok(tx.execute_batch(&sql)?))
        .expect("the statements are right");
    (prepared, cookie)
}
