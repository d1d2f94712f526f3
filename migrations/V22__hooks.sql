-- A row is an address at which a script posts in a person's name, with a secret in it.
create table hooks (
    id           integer primary key autoincrement, -- never used again: it is in addresses
    owner_id     integer not null references users (id) on delete cascade,
    name         text    not null, -- the owner's
    destination  text    not null, -- as the owner chose it; each post is checked again
    key_hash     blob    not null unique, -- SHA-256; the key itself was shown once
    last_used_at integer, -- null: never
    created_at   integer not null,
    unique (owner_id, name)
) strict;
