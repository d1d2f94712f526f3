-- What an import of a whole site has made here, so that a second import makes nothing twice. `origin` is a hash, of 64 bits, of
-- the id there and of the time when the thing was made. Posts are in `imported_posts`.

create table moved_users (
    origin  integer primary key,
    user_id integer not null references users (id) on delete cascade,
    is_tied integer not null default 0 -- 1: what ties the person to others is here as well
) strict;

create index moved_users_by_user on moved_users (user_id);

create table moved_groups (
    origin  integer primary key,
    feed_id integer not null references feeds (id) on delete cascade
) strict;

create index moved_groups_by_feed on moved_groups (feed_id);

-- The row stays when the comment is deleted. It goes with the post.
create table moved_comments (
    post_id integer not null references posts (id) on delete cascade,
    origin  integer not null,
    primary key (post_id, origin)
) strict, without rowid;
