-- A row says that a post of a person's archive from another site was imported here, so that a second import of the archive
-- does not add it again. It stays when the post is deleted. `origin` is a hash, of 64 bits, of the kind of the archive and of
-- the id that the post has in it.
--
-- An imported post has no event in the log. The number in its place (`posts.event_id`, `posts.bump`) is negative and grows
-- with its date, so that it stands below everything that was written here, and lifts nothing.
create table imported_posts (
    user_id integer not null references users (id) on delete cascade,
    origin  integer not null,
    post_id integer not null, -- no reference: it may be deleted
    primary key (user_id, origin)
) strict, without rowid;
