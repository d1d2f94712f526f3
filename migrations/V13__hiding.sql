-- A row says that a person wants to see less of something: a post, a person's posts, a group, a tag or some words. The
-- end of a hide is compared with the clock, so nothing is written when it comes. Rows that have ended go when the person
-- hides the next thing.
create table hides (
    user_id       integer not null references users (id) on delete cascade,
    kind          text    not null check (kind in ('post', 'user', 'group', 'tag', 'words')),
    subject       text    not null, -- tags and words as they are found by; the number of everything else
    typed         text    not null default '', -- tags and words as they were typed
    post_id       integer references posts (id) on delete cascade,
    other_id      integer references users (id) on delete cascade, -- the person whose posts are hidden
    feed_id       integer references feeds (id) on delete cascade, -- the feed of a group
    is_everywhere integer not null, -- 0: hidden on the home page alone
    hidden_at     integer not null,
    ends_at       integer,          -- null: never
    primary key (user_id, kind, subject),
    check ((kind = 'post') = (post_id is not null)),
    check ((kind = 'user') = (other_id is not null)),
    check ((kind = 'group') = (feed_id is not null)),
    check ((kind in ('tag', 'words')) = (typed <> ''))
) strict, without rowid;

create index hides_by_post on hides (post_id) where post_id is not null;
