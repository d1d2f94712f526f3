-- The key of access tokens, made at the first start; null until then. Only used while the configuration names none.
alter table site add column jwt_secret blob;

-- A row is a program that was signed in with a password. It holds one refresh token at a time, and access tokens that
-- name the row: they are worth nothing once it is gone.
create table token_families (
    id            integer primary key autoincrement, -- never used again: access tokens name it
    user_id       integer not null references users (id) on delete cascade,
    series_hash   blob    not null unique, -- SHA-256 of the half that all its refresh tokens share
    token_hash    blob    not null,        -- SHA-256 of the one that serves now
    previous_hash blob,                    -- of the one before, for two requests at the same moment
    key_id        integer not null,        -- names the key of its access tokens; another key is another life
    refreshed_at  integer not null,
    created_at    integer not null
) strict;

create index token_families_by_user on token_families (user_id, refreshed_at);

-- A row is a token that somebody made for a script of theirs.
create table personal_tokens (
    id           integer primary key autoincrement, -- never used again: streams are held by it
    user_id      integer not null references users (id) on delete cascade,
    name         text    not null collate nocase,
    token_hash   blob    not null unique, -- SHA-256; the token itself was shown once
    scope        text    not null check (scope in ('read', 'write')),
    expires_at   integer, -- null: never
    last_used_at integer, -- to five minutes; null: never
    created_at   integer not null,
    unique (user_id, name)
) strict;
