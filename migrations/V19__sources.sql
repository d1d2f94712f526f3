-- A row is a feed of another site that is imported into a person's own feed or into a group.
create table sources (
    id       integer primary key autoincrement, -- never used again: it is in addresses
    feed_id  integer not null references feeds (id) on delete cascade,
    added_by integer not null references users (id) on delete cascade, -- the author of its posts
    url      text    not null,
    title    text    not null default '',
    page     text,    -- the address of the page that it belongs to
    read_at  integer, -- the last time at which it could be read
    next_at  integer, -- null: it is not read any more
    tried_at integer, -- the last attempt
    wait_until integer, -- the other site asked to be left alone until then
    failures integer not null default 0, -- since it could be read
    problem  text,    -- of the last attempt
    etag     text,
    modified text,
    unique (feed_id, url)
) strict;

create index sources_by_next on sources (next_at) where next_at is not null;
create index sources_by_person on sources (added_by);

-- A row is an entry that was seen in a source, by hashes of 64 bits.
create table source_entries (
    source_id integer not null references sources (id) on delete cascade,
    entry     integer not null, -- of its id or, if it has none, of its link or text
    link      integer not null, -- of its link and its date; 0: it has not both
    message   integer not null, -- of the text of the post
    post_id   integer, -- null: it was there before the source was added
    changes   integer not null default 0, -- how often the post was edited
    seen_at   integer not null,
    primary key (source_id, entry)
) strict, without rowid;
