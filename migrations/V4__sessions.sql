-- A session knows the browser and the network in which its password was given: only there is it fresh. And where it was
-- seen last, for its owner to read.
alter table sessions add column fresh_at integer not null default 0;      -- when the password was given last
alter table sessions add column browser text not null default '';         -- "Firefox on Linux"; '': not known
alter table sessions add column network text not null default '';         -- "192.0.2.0/24"
alter table sessions add column seen_browser text not null default '';
alter table sessions add column seen_network text not null default '';
alter table sessions add column rotates_at integer; -- when the browser is to get its next token; null: it keeps this one
update sessions set fresh_at = created_at;
update sessions set rotates_at = created_at where persistent = 1;

-- A row is a token of a session beside the one it has: one that was sent to the browser and has not been used yet, or
-- one that came before. Whoever uses that later has an old copy.
create table session_tokens (
    token_hash blob    primary key, -- SHA-256
    session_id integer not null references sessions (id) on delete cascade,
    retired_at integer              -- null: sent, and not used yet; one for each session at most
) strict, without rowid;

create index session_tokens_by_session on session_tokens (session_id, retired_at);

-- A row says that an old token of a session was used again, so the session was ended. Its owner sees it on every page
-- until they have read it.
create table warnings (
    id         integer primary key autoincrement,
    user_id    integer not null references users (id) on delete cascade,
    browser    text    not null, -- that the session was in
    created_at integer not null
) strict;

create index warnings_by_user on warnings (user_id);

-- A row says that somebody has signed in to an account with this browser. Whoever guesses passwords of the account
-- elsewhere does not keep this browser waiting.
create table known_devices (
    token_hash blob    not null, -- SHA-256 of the cookie, which names the browser and gives no right to anything
    user_id    integer not null references users (id) on delete cascade,
    used_at    integer not null, -- for the last sign-in
    primary key (token_hash, user_id)
) strict, without rowid;

create index known_devices_by_user on known_devices (user_id, used_at);

-- A row says how many wrong passwords have come from an address lately, as the time at which all are forgotten: each
-- moves it on by the same time.
create table address_attempts (
    network      text    primary key, -- an IPv4 address, or an IPv6 /64
    forgotten_at integer not null
) strict, without rowid;

create index address_attempts_by_age on address_attempts (forgotten_at);

-- A row says how many wrong passwords have come for a name lately, from browsers that never signed in to it. There
-- are rows for names that nobody has, so that a row says nothing.
create table name_attempts (
    name_hash blob    primary key, -- SHA-256 of the name in lower case: people type passwords there
    failures  integer not null,
    next_at   integer not null     -- the next attempt may be made then
) strict, without rowid;

create index name_attempts_by_age on name_attempts (next_at);
