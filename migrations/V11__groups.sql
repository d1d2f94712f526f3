-- Groups, direct messages, and posts that go to several feeds.

-- A row is a group. It owns a feed, which its members follow. When a group has been deleted, only its name is left, so
-- that nobody else can take it.
create table groups (
    feed_id          integer primary key references feeds (id),
    name             text    not null collate nocase unique, -- as typed; no user has or had this name
    title            text    not null default '', -- display name; empty: the name is shown
    about            text    not null default '',
    is_announcements integer not null default 0,  -- 1: only its admins post
    avatar           integer references images (id) on delete set null,
    event_id         integer not null,            -- of its creation
    deletes_at       integer,                     -- when everything in it is deleted; null: it stays
    gone_at          integer,                     -- when it was
    created_at       integer not null
) strict;

create index groups_by_avatar on groups (avatar) where avatar is not null;
create index groups_leaving on groups (deletes_at) where deletes_at is not null and gone_at is null;

-- A row says what a member of a group may do. There is one for each member, by which the groups of a person are found,
-- and one for everybody who is barred from posting: a ban outlives the membership.
create table group_roles (
    feed_id   integer not null references feeds (id) on delete cascade,
    user_id   integer not null references users (id) on delete cascade,
    is_admin  integer not null default 0,
    is_barred integer not null default 0, -- 1: may read and comment, and not post
    event_id  integer not null default 0, -- of the latest change, by somebody else
    by_id     integer references users (id) on delete set null, -- who changed it
    primary key (feed_id, user_id)
) strict, without rowid;

create index group_roles_by_user on group_roles (user_id, event_id);

-- A row says that an admin of a group deleted a member's post or comment, or took the post out of the group.
create table moderations (
    event_id    integer primary key,
    feed_id     integer not null references feeds (id) on delete cascade,
    author_id   integer not null references users (id) on delete cascade,
    by_id       integer not null references users (id) on delete cascade,
    post_id     integer not null, -- not a reference: the post goes, and its author is still told
    comment_id  integer,          -- null: the post itself
    is_deletion integer not null  -- 0: the post is still in other feeds
) strict;

create index moderations_by_author on moderations (author_id, event_id);
create index moderations_by_feed on moderations (feed_id, event_id);
create index moderations_by_post on moderations (post_id);

-- A row says that somebody was added to a conversation, or left it.
create table participations (
    post_id    integer not null references posts (id) on delete cascade,
    event_id   integer not null,
    actor_id   integer not null references users (id) on delete cascade,
    user_id    integer not null references users (id) on delete cascade, -- the same person: they left
    created_at integer not null,
    primary key (post_id, event_id)
) strict, without rowid;

-- A direct message is in the feed of its conversation and in no river.
alter table posts add column is_direct integer not null default 0;

-- Who may begin a conversation with this person.
alter table users add column directs_from text not null default 'followed'
    check (directs_from in ('everybody', 'followed', 'nobody'));

-- Conversations are private feeds, too, and may be many. Those who look for private people do not look at them.
drop index feeds_private;
create index feeds_private on feeds (id, owner_id) where is_private = 1 and owner_id is not null;
drop index feeds_hidden;
create index feeds_hidden on feeds (id, owner_id) where is_hidden = 1 and owner_id is not null;

-- Whoever takes part in conversations looks for news in them on each page.
create index follows_silent on follows (user_id, feed_id) where is_silent = 1;

-- A picture of a group is visible with the group.
alter table images add column group_id integer references feeds (id) on delete set null;
create index images_by_group on images (group_id) where group_id is not null;
