-- Pictures, in the same file as everything else. A row of `images` is a picture as somebody gave it: a person's own, or one of
-- a post's, or not yet either. Nothing of what was sent is kept; what is kept is drawn anew from it, in the sizes of
-- `renditions`.
create table images (
    id         integer primary key, -- its address as well, and so not guessable, as with posts
    owner_id   integer not null references users (id) on delete cascade,
    post_id    integer references posts (id) on delete cascade, -- null: a person's own, or not used yet
    place      integer not null default 0, -- among the pictures of its post
    alt        text    not null default '', -- what it shows, in words
    width      integer not null, -- of the largest rendition
    height     integer not null,
    is_moving  integer not null default 0,
    bytes      integer not null, -- of all its renditions: what its owner's quota is charged
    created_at integer not null
) strict;

create index images_by_post on images (post_id, place) where post_id is not null;
create index images_by_owner on images (owner_id, bytes);

alter table users add column avatar integer references images (id) on delete set null;
