-- A feed is a thing of its own now, which a person or nobody owns, and a post can be in several of them.

-- A row is a place that posts are posted to and that people follow. What kind it is decides who is in it:
--   own     a person's. It is public, or private: then its owner lets people in to follow it.
--   group   of a group. Its members follow it.
--   direct  of a conversation. Its participants follow it, silently: it is in nobody's river.
create table new_feeds (
    id         integer primary key,
    kind       text    not null default 'own' check (kind in ('own', 'group', 'direct')),
    owner_id   integer unique references users (id) on delete cascade, -- the person, for an own feed; null otherwise
    is_private integer not null default 0, -- 1: only its owner and its followers read it
    is_hidden  integer not null default 0, -- 1: nobody reads it, because its owner is suspended or leaving
    check ((kind = 'own') = (owner_id is not null)),
    check (kind <> 'direct' or is_private = 1)
) strict;

insert into new_feeds (id, owner_id, is_private, is_hidden) select id, owner_id, is_private, is_hidden from feeds;
drop table feeds;
alter table new_feeds rename to feeds;
create index feeds_hidden on feeds (id, owner_id) where is_hidden = 1;
create index feeds_private on feeds (id, owner_id) where is_private = 1;

-- A person's own feed stands beside their name, wherever that is read.
alter table users add column feed_id integer references feeds (id);
update users set feed_id = (select id from feeds where owner_id = users.id);

create trigger users_own_feeds after insert on feeds when new.owner_id is not null
begin
    update users set feed_id = new.id where id = new.owner_id;
end;

-- Where a post is does not stand in its row any more. Most posts are in their author's own feed and nowhere else:
-- those are personal.
drop index posts_by_feed;
drop index posts_by_feed_and_event;
alter table posts drop column feed_id;
alter table posts add column is_personal integer not null default 1;
create index posts_by_author on posts (author_id, event_id);
create index posts_shared_by_author on posts (author_id, bump) where is_personal = 0;

-- A row says that a post is in a feed. The table is the index that rivers are read from, in the order of a feed's latest
-- activity, so it repeats what a river asks of a post. Triggers keep these copies; a post's row is the truth. No foreign
-- key leads to `posts`: to follow it back, SQLite would need one more index, which every comment would have to move.
create table post_feeds (
    feed_id     integer not null references feeds (id) on delete cascade,
    bump        integer not null, -- `posts.bump`
    post_id     integer not null,
    is_personal integer not null, -- `posts.is_personal`
    is_deleted  integer not null, -- whether `posts.deleted_at` is set
    primary key (feed_id, bump, post_id)
) strict, without rowid;

create index post_feeds_shared on post_feeds (post_id) where is_personal = 0;

insert into post_feeds (feed_id, bump, post_id, is_personal, is_deleted)
    select users.feed_id, posts.bump, posts.id, 1, posts.deleted_at is not null
    from posts join users on users.id = posts.author_id;

create trigger posts_enter after insert on posts when new.is_personal = 1
begin
    insert into post_feeds (feed_id, bump, post_id, is_personal, is_deleted)
        select feed_id, new.bump, new.id, 1, new.deleted_at is not null from users where id = new.author_id;
end;

create trigger posts_move after update of bump, deleted_at on posts
when old.bump <> new.bump or (old.deleted_at is null) <> (new.deleted_at is null)
begin
    update post_feeds set bump = new.bump, is_deleted = new.deleted_at is not null
    where bump = old.bump and post_id = old.id and feed_id in (
        select feed_id from users where id = old.author_id and old.is_personal = 1
        union all
        select shared.feed_id from post_feeds as shared
        where shared.post_id = old.id and shared.is_personal = 0 and old.is_personal = 0);
end;

create trigger posts_leave after delete on posts
begin
    delete from post_feeds
    where feed_id = (select feed_id from users where id = old.author_id) and bump = old.bump and post_id = old.id;
    delete from post_feeds where post_id = old.id and is_personal = 0;
end;

-- What a person does about a post: as before, but the post may be in several feeds.
create table new_acts (
    post_id       integer not null references posts (id) on delete cascade,
    feed_id       integer not null references feeds (id) on delete cascade, -- the person's own: what others follow
    actor_id      integer not null references users (id) on delete cascade,
    owner_id      integer not null references users (id) on delete cascade, -- the post's author
    post_feed_id  integer references feeds (id) on delete cascade, -- the feed of a personal post; null: see `post_feeds`
    first_event   integer not null, -- the earlier of the two below
    like_event    integer,          -- null: no like
    comment_event integer,          -- of the person's first comment; null: none
    primary key (post_id, feed_id)
) strict, without rowid;

insert into new_acts select * from acts;
drop table acts;
alter table new_acts rename to acts;
create index acts_by_feed on acts (feed_id, first_event, post_feed_id);
create index likes_by_post on acts (post_id, like_event) where like_event is not null;
create index likes_by_owner on acts (owner_id, like_event) where like_event is not null;

-- An event names the author of the post that it is about, or the owner of the feed that somebody follows.
alter table events add column author_id integer; -- no reference: what is deleted still has its history here
update events set author_id = (select owner_id from feeds where feeds.id = events.feed_id);

-- However a comment goes: the names and the tags in it go with it.
create trigger comments_leave after delete on comments
begin
    delete from tags where post_id = old.post_id and comment_id = old.id;
    delete from mentions where post_id = old.post_id and comment_id = old.id;
end;

-- Tables were made anew without foreign keys, so every row's references are looked up once. One that leads nowhere ends
-- this transaction, and the file stays as it was.
create temp table checked (rows_that_refer_to_nothing integer check (rows_that_refer_to_nothing = 0));
insert into checked select count(*) from pragma_foreign_key_check;
drop table checked;
