-- One row: what makes this database itself.
create table site (
    id         integer primary key check (id = 1),
    epoch      text    not null, -- names this life of the log; a restored backup gets a new one
    secret     blob    not null, -- 32 random bytes: the key of form tokens
    created_at integer not null  -- milliseconds since the Unix epoch, as every time in this file
) strict;

-- A row is a person who can sign in.
create table users (
    id            integer primary key,
    username      text    not null collate nocase unique, -- as typed; ASCII, so nocase is exact
    name          text    not null default '',            -- display name; empty: the username is shown
    bio           text    not null default '',
    email         text    not null default '',            -- never shown to others
    password_hash text    not null,                       -- Argon2id, a PHC string
    created_at    integer not null
) strict;

-- A row is a place that posts are posted to and that people follow. Every person owns one.
create table feeds (
    id       integer primary key,
    owner_id integer not null unique references users (id) on delete cascade
) strict;

-- A row says that a user follows a feed, today.
create table follows (
    user_id    integer not null references users (id) on delete cascade,
    feed_id    integer not null references feeds (id) on delete cascade,
    created_at integer not null,
    primary key (user_id, feed_id)
) strict, without rowid;

create index follows_by_feed on follows (feed_id, user_id);

-- A row is a post as it reads now. Its id is not guessable, because it is its address as well.
create table posts (
    id         integer primary key,
    feed_id    integer not null references feeds (id) on delete cascade,
    author_id  integer not null references users (id) on delete cascade,
    message    text    not null,
    bump       integer not null, -- the id of the event that lifted the post last: its place in a river
    created_at integer not null
) strict;

-- Ascending on purpose: the river reads it backwards, and SQLite then merges many feeds by itself.
create index posts_by_feed on posts (feed_id, bump);

-- A row is something that happened, in the order in which it happened. The newest rows only: see event_retention.
create table events (
    id         integer primary key autoincrement,
    kind       text    not null, -- the name of the event on a stream
    post_id    integer not null, -- not a reference: what is deleted still has its history here
    feed_id    integer not null,
    actor_id   integer not null,
    created_at integer not null
) strict;

-- A row is a browser that is signed in.
create table sessions (
    id           integer primary key autoincrement, -- never used again: the tokens of its forms name it
    token_hash   blob    not null unique, -- SHA-256 of the cookie's token, which is stored nowhere
    user_id      integer not null references users (id) on delete cascade,
    persistent   integer not null,        -- 1: "Stay signed in" was chosen
    created_at   integer not null,
    last_seen_at integer not null
) strict;

create index sessions_by_user on sessions (user_id);
