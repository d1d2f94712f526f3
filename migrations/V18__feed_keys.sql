-- A row is a key that feed readers show in an address: it lets them read one kind of a person's feeds.
create table feed_keys (
    id           integer primary key autoincrement, -- never used again: it is in addresses
    owner_id     integer not null references users (id) on delete cascade,
    purpose      text    not null check (purpose in ('home', 'everything', 'lists', 'searches', 'directs')),
    key_hash     blob    not null unique, -- SHA-256; the key itself was shown once
    last_used_at integer, -- to a day; null: never
    created_at   integer not null
) strict;

create index feed_keys_by_owner on feed_keys (owner_id, id);
