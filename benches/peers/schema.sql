-- The tables of the peers' page, axum's and Flask's alike. Times are milliseconds since the Unix epoch.

create table users (
    id       integer primary key,
    username text not null unique
) strict;

create table sessions (
    token      text    primary key, -- the value of the cookie
    user_id    integer not null references users (id),
    form_token text    not null     -- against forged forms
) strict, without rowid;

create table follows (
    user_id     integer not null references users (id),
    followed_id integer not null references users (id),
    primary key (user_id, followed_id)
) strict, without rowid;

create table posts (
    id         integer primary key,
    author_id  integer not null references users (id),
    message    text    not null,
    created_at integer not null
) strict;

create index posts_by_time on posts (created_at);

create table comments (
    id         integer primary key,
    post_id    integer not null references posts (id),
    author_id  integer not null references users (id),
    message    text    not null,
    created_at integer not null
) strict;

create index comments_by_post on comments (post_id, id);

create table likes (
    post_id integer not null references posts (id),
    user_id integer not null references users (id),
    primary key (post_id, user_id)
) strict, without rowid;
