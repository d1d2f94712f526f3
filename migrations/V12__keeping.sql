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
