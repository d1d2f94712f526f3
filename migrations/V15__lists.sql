-- Lists: rivers that people put together for themselves.

-- A row is a list. Nobody but its owner knows of it.
create table lists (
    id           integer primary key,
    owner_id     integer not null references users (id) on delete cascade,
    slug         text    not null, -- its address, from its first title; it stays when the title changes
    title        text    not null,
    place        integer not null, -- among the lists of its owner, from the top
    is_exclusive integer not null default 0, -- 1: what is in its feeds is not in the owner's home river
    created_at   integer not null,
    unique (owner_id, slug)
) strict;

-- A row says that a feed is in a list. Its owner need not follow the feed.
create table list_feeds (
    list_id  integer not null references lists (id) on delete cascade,
    feed_id  integer not null references feeds (id) on delete cascade,
    owner_id integer not null, -- `lists.owner_id`, which never changes
    primary key (list_id, feed_id)
) strict, without rowid;

create index list_feeds_by_feed on list_feeds (feed_id, owner_id);

-- A row says that a tag is in a list.
create table list_tags (
    list_id integer not null references lists (id) on delete cascade,
    tag     text    not null, -- the key of the tag
    primary key (list_id, tag)
) strict, without rowid;
