-- A row is a search that its owner has kept.
create table searches (
    id         integer primary key autoincrement, -- never used again: it is in addresses
    owner_id   integer not null references users (id) on delete cascade,
    title      text    not null,
    query      text    not null,           -- as it was typed
    seen_up_to integer not null default 0, -- the newest text that its owner was shown there
    created_at integer not null
) strict;

create index searches_by_owner on searches (owner_id, id);
