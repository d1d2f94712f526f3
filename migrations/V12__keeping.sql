-- People keep what they want to find again, and are told of what they do not want to miss.

-- A row says that a person saved a post. Nobody else learns of it.
create table saves (
    user_id  integer not null references users (id) on delete cascade,
    post_id  integer not null references posts (id) on delete cascade,
    place    integer not null, -- in the list of this person: a later save has a higher one
    saved_at integer not null,
    primary key (user_id, post_id)
) strict, without rowid;

create unique index saves_by_place on saves (user_id, place);
create index saves_by_post on saves (post_id);

-- A row says which post of a feed stands first on its page. Each feed has one at most.
create table pins (
    feed_id integer primary key references feeds (id) on delete cascade,
    post_id integer not null references posts (id) on delete cascade
) strict;

create index pins_by_post on pins (post_id);

-- The best posts of some days, and those of the same day in earlier years, are looked for by time.
create index posts_by_time on posts (created_at);

-- The likes of a post's comments, without deleted ones: the third part of what makes a post one of the best. The comments
-- are the truth; the triggers keep this copy.
alter table posts add column comment_like_count integer not null default 0;
update posts set comment_like_count = (
    select coalesce(sum(like_count), 0) from comments where post_id = posts.id and deleted_at is null)
where comment_count > 0;

create trigger comments_count_likes after update of like_count, deleted_at on comments
when iif(new.deleted_at is null, new.like_count, 0) <> iif(old.deleted_at is null, old.like_count, 0)
begin
    update posts set comment_like_count = comment_like_count
        + iif(new.deleted_at is null, new.like_count, 0) - iif(old.deleted_at is null, old.like_count, 0)
    where id = new.post_id;
end;

create trigger comments_take_likes after delete on comments when old.deleted_at is null and old.like_count > 0
begin
    update posts set comment_like_count = comment_like_count - old.like_count where id = old.post_id;
end;

-- A row says that a person wants to be told of every new post in a feed.
create table feed_bells (
    user_id integer not null references users (id) on delete cascade,
    feed_id integer not null references feeds (id) on delete cascade,
    since   integer not null, -- the newest event when it was set: earlier posts are no news
    primary key (user_id, feed_id)
) strict, without rowid;

create index feed_bells_by_feed on feed_bells (feed_id);

-- A row says that a person wants to be told of every comment on a post.
create table post_bells (
    user_id integer not null references users (id) on delete cascade,
    post_id integer not null references posts (id) on delete cascade,
    since   integer not null, -- as above
    primary key (user_id, post_id)
) strict, without rowid;

create index post_bells_by_post on post_bells (post_id);
