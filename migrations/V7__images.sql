-- Pictures, in the same file as everything else. A row of `images` is a picture as somebody gave it: a person's own, or one of
-- a post's, or not yet either. Nothing of what was sent is kept; what is kept is drawn anew from it, in the sizes of
-- `renditions`.
create table images (
    id         integer primary key, -- its address as well, and so not guessable, as with posts
    owner_id   integer not null references users (id) on delete cascade,
    post_id    integer references posts (id) on delete cascade, -- null: a person's own, or not used yet
    is_avatar  integer not null default 0, -- a person's own: the one that `users.avatar` names
    place      integer not null default 0, -- among the pictures of its post
    alt        text    not null default '', -- what it shows, in words
    width      integer not null, -- of the largest rendition
    height     integer not null,
    is_moving  integer not null default 0,
    bytes      integer not null, -- of all its renditions: what its owner's quota is charged
    submission integer, -- which request with a key sent it: sent again, it makes no second one
    created_at integer not null
) strict;

create index images_by_post on images (post_id, place) where post_id is not null;
create index images_by_owner on images (owner_id, bytes);
create unique index images_by_submission on images (owner_id, submission) where submission is not null;
create index images_unused on images (created_at) where post_id is null and is_avatar = 0;

-- A row is a run of bytes that pictures are made of, kept once however many have it. A browser knows it by its hash.
create table blobs (
    id         integer primary key autoincrement, -- never used again: who reads one reads no other by mistake
    hash       blob    unique,   -- SHA-256; null: no picture has it any more, and it is being deleted
    crc        integer not null, -- CRC-32, as archives want it
    media_type text    not null,
    bytes      integer not null
) strict;

create index blobs_unused on blobs (id) where hash is null;

-- A row is a piece of a blob, the first one in place 0; all but the last are equally long.
create table chunks (
    id      integer primary key,
    blob_id integer not null references blobs (id),
    place   integer not null,
    bytes   blob    not null,
    unique (blob_id, place)
) strict;

-- A row is a picture in one of its sizes, under the name that its address has.
create table renditions (
    image_id integer not null references images (id) on delete cascade,
    name     text    not null,
    blob_id  integer not null references blobs (id),
    width    integer not null,
    height   integer not null,
    primary key (image_id, name)
) strict, without rowid;

create index renditions_by_blob on renditions (blob_id);

-- However the last picture with a blob goes: its bytes are deleted later, piece by piece, and nobody finds them until then.
create trigger blobs_are_unused after delete on renditions
when not exists (select 1 from renditions where blob_id = old.blob_id)
begin
    update blobs set hash = null where id = old.blob_id;
end;

alter table users add column avatar integer references images (id) on delete set null;
create index users_by_avatar on users (avatar) where avatar is not null;

alter table posts add column images integer not null default 0; -- how many pictures it has
