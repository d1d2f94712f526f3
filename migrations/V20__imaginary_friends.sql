-- An imaginary friend is a row of `users` whose posts come from feeds of other sites. Only the person who imagines it
-- knows of it, and nobody can sign in as it. Its own feed is private, and that person is its only follower.
alter table users add column imagined_by integer references users (id) on delete cascade;
create index users_imagined on users (imagined_by) where imagined_by is not null;

-- Those who look for the likes of private people need not look at imaginary friends, who like nothing.
alter table feeds add column is_imagined integer not null default 0;
drop index feeds_private;
create index feeds_private on feeds (id, owner_id) where is_private = 1 and owner_id is not null and is_imagined = 0;
