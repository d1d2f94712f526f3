-- What a person may do here, and whether they are here. A person is away while suspended, or while their account waits
-- to be deleted: nobody sees anything of them, and everything comes back with them. Of one who is gone nothing is left
-- but the name, which nobody else can take.
alter table users add column role text not null default 'member' check (role in ('member', 'admin'));
alter table users add column suspended_at integer; -- by an admin
alter table users add column leaves_at integer;    -- when everything of theirs is deleted; null: they stay
alter table users add column gone_at integer;      -- when it was
alter table users add column seen_at integer; -- when they were here last

-- Who sees what is posted to a feed: everybody, or those who were let in to follow it; or nobody, because its owner is
-- away. The one rule that reads this is `visible!`.
alter table feeds add column is_private integer not null default 0;
alter table feeds add column is_hidden integer not null default 0;
create index feeds_hidden on feeds (id, owner_id) where is_hidden = 1;
create index feeds_private on feeds (id, owner_id) where is_private = 1;

-- A row says that a person sees nothing of another. A block is two rows, one for each side.
create table unseen (
    user_id    integer not null references users (id) on delete cascade,
    other_id   integer not null references users (id) on delete cascade,
    mutes      integer not null default 0, -- the person's own wish, of which the other knows nothing
    blocks     integer not null default 0, -- the person keeps the other away
    is_blocked integer not null default 0, -- the other keeps the person away
    is_apart   integer not null generated always as (blocks or is_blocked) virtual,
    primary key (user_id, other_id)
) strict, without rowid;

create index unseen_by_other on unseen (other_id);

-- A row says that a person asks to be let in to a private feed. Its place is that of its event.
create table follow_requests (
    feed_id    integer not null references feeds (id) on delete cascade,
    user_id    integer not null references users (id) on delete cascade,
    event_id   integer not null,
    created_at integer not null,
    primary key (feed_id, user_id)
) strict, without rowid;

create index follow_requests_by_feed on follow_requests (feed_id, event_id);
create index follow_requests_by_user on follow_requests (user_id, event_id);

-- A follow of which nothing comes at the moment, because the follower mutes the owner or the owner is away; and the
-- event by which it was granted, if it had to be asked for.
alter table follows add column is_silent integer not null default 0;
alter table follows add column granted_event integer;
create index follows_granted on follows (user_id, granted_event) where granted_event is not null;

-- A row is a link that serves once: whoever opens it may do what its kind says. Only a hash of its token is kept.
create table links (
    token_hash blob    primary key, -- SHA-256
    kind       text    not null check (kind in ('setup', 'reset', 'device')),
    user_id    integer references users (id) on delete cascade, -- whom it signs in; null: whoever comes
    expires_at integer not null,
    created_at integer not null
) strict, without rowid;
