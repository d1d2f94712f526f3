-- There are no indexes here that only the deletion of an account would use: every comment would pay for them, on memory
-- cards that wear out.

-- A post tells when it was changed, and counts what is under it. One that is deleted stays for the minutes in which
-- its author can take the deletion back, and nobody sees it.
alter table posts add column event_id integer not null default 0; -- of the event that told of it
alter table posts add column edited_at integer;
alter table posts add column deleted_at integer;
alter table posts add column like_count integer not null default 0;
alter table posts add column comment_count integer not null default 0;
update posts set event_id = bump;

-- Who looks for posts looks for those that are there.
drop index posts_by_feed;
create index posts_by_feed on posts (feed_id, bump) where deleted_at is null;
create index posts_by_event on posts (event_id);
create index posts_by_feed_and_event on posts (feed_id, event_id);
create index posts_deleted on posts (deleted_at) where deleted_at is not null;

-- A row is what a post said before an edit.
create table revisions (
    id         integer primary key,
    post_id    integer not null references posts (id) on delete cascade,
    message    text    not null,
    created_at integer not null -- when the words were written
) strict;

create index revisions_by_post on revisions (post_id);

-- A row is a comment as it reads now. Its id is that of the event that told of it, so it is its place in the order
-- of everything and is never used again.
create table comments (
    id         integer primary key,
    post_id    integer not null references posts (id) on delete cascade,
    author_id  integer not null references users (id) on delete cascade,
    message    text    not null,
    like_count integer not null default 0,
    created_at integer not null,
    edited_at  integer,
    deleted_at integer, -- as with posts
    deleted_by integer  -- its author or the post's: who can take that back
) strict;

create index comments_by_post on comments (post_id, id);
create index comments_deleted on comments (deleted_at) where deleted_at is not null;

-- A row says what a person does about a post today: likes it, has commented on it, or both. Whoever follows the
-- person gets to see the post by it.
create table acts (
    post_id       integer not null references posts (id) on delete cascade,
    feed_id       integer not null references feeds (id) on delete cascade, -- the person's own: what others follow
    actor_id      integer not null references users (id) on delete cascade,
    owner_id      integer not null references users (id) on delete cascade, -- who wrote the post
    post_feed_id  integer not null references feeds (id) on delete cascade, -- where the post is
    first_event   integer not null, -- the earlier of the two below
    like_event    integer,          -- null: no like
    comment_event integer,          -- of the person's first comment; null: none
    primary key (post_id, feed_id)
) strict, without rowid;

-- With all that the river asks of an act.
create index acts_by_feed on acts (feed_id, first_event, post_feed_id);
create index likes_by_post on acts (post_id, like_event) where like_event is not null;
create index likes_by_owner on acts (owner_id, like_event) where like_event is not null;

-- A row says that a person likes a comment.
create table comment_likes (
    comment_id integer not null references comments (id) on delete cascade,
    user_id    integer not null references users (id) on delete cascade,
    owner_id   integer not null references users (id) on delete cascade, -- who wrote the comment
    event_id   integer not null,
    primary key (comment_id, user_id)
) strict, without rowid;

create index comment_likes_by_owner on comment_likes (owner_id, event_id);

-- A row says that a text names a person.
create table mentions (
    user_id    integer not null references users (id) on delete cascade,
    event_id   integer not null, -- of the event that brought the name into the text
    post_id    integer not null references posts (id) on delete cascade,
    comment_id integer not null, -- 0: the post itself
    primary key (user_id, event_id)
) strict, without rowid;

create index mentions_by_text on mentions (post_id, comment_id);

-- A row says that a text under a post carries a tag.
create table tags (
    tag        text    not null, -- in lower case, without the #
    posted     integer not null, -- the post's own event: where it stands on the tag's page
    comment_id integer not null, -- 0: the post itself
    post_id    integer not null references posts (id) on delete cascade,
    primary key (tag, posted, comment_id)
) strict, without rowid;

create index tags_by_text on tags (post_id, comment_id);

-- A row says that a person wants to hear no more about a post.
create table mutes (
    user_id integer not null references users (id) on delete cascade,
    post_id integer not null references posts (id) on delete cascade,
    primary key (user_id, post_id)
) strict, without rowid;

create index mutes_by_post on mutes (post_id);

-- A row is a name that somebody had: it leads to them, and nobody else can take it.
create table former_usernames (
    username text    primary key collate nocase,
    user_id  integer not null references users (id) on delete cascade
) strict, without rowid;

create index former_usernames_by_user on former_usernames (user_id);

-- The log tells of more than posts now, and knows a form that is sent twice.
create table new_events (
    id         integer primary key autoincrement,
    kind       text    not null,
    actor_id   integer not null, -- no references: what is deleted still has its history here
    feed_id    integer not null, -- where the post is; or whom somebody follows
    post_id    integer,
    comment_id integer,
    submission integer, -- of the form that did it: a hash of its key and its text
    created_at integer not null
) strict;

insert into new_events (id, kind, actor_id, feed_id, post_id, created_at)
    select id, kind, actor_id, feed_id, post_id, created_at from events order by id;
drop table events;
alter table new_events rename to events;

create unique index events_by_submission on events (actor_id, submission) where submission is not null;

-- Following is an event too: its id says when, in the order of everything.
insert into events (kind, actor_id, feed_id, created_at)
    select 'follow', user_id, feed_id, created_at from follows order by created_at, user_id, feed_id;
alter table follows add column event_id integer not null default 0;
update follows set event_id = (
    select events.id from events
    where kind = 'follow' and actor_id = follows.user_id and events.feed_id = follows.feed_id);
drop index follows_by_feed;
create index follows_by_feed on follows (feed_id, event_id);
create index follows_by_user on follows (user_id, event_id);

-- Up to which event a person's notifications are read.
alter table users add column notifications_read integer not null default 0;
update users set notifications_read = (select coalesce(max(id), 0) from events);

-- Names in lower case, for those who look for somebody.
alter table users add column search text not null default '';
update users set search = lower(username || ' ' || name);
