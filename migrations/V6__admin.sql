-- A row is an invitation: whoever has its link may register, as long as it is open. Only a hash of its token is kept.
create table invitations (
    id         integer primary key autoincrement,
    token_hash blob    not null unique, -- SHA-256
    maker_id   integer references users (id) on delete cascade, -- null: made on the command line
    note       text    not null,        -- for the maker alone
    uses       integer not null,        -- people it was made for
    uses_left  integer not null,
    expires_at integer not null,
    revoked_at integer,
    created_at integer not null
) strict;

create index invitations_by_maker on invitations (maker_id, id);

-- A row says that those who come by an invitation follow a person at once.
create table invitation_follows (
    invitation_id integer not null references invitations (id) on delete cascade,
    user_id       integer not null references users (id) on delete cascade,
    primary key (invitation_id, user_id)
) strict, without rowid;

create index invitation_follows_by_user on invitation_follows (user_id);

-- A row says by which invitation a person came.
create table arrivals (
    user_id       integer primary key references users (id) on delete cascade,
    invitation_id integer not null references invitations (id) on delete cascade
) strict;

create index arrivals_by_invitation on arrivals (invitation_id);

-- A row is something that an admin did, or somebody at the command line. Names are kept as they were: a row outlives
-- those it tells of. Rows are added, and the oldest ones go when there are too many; none is ever changed.
create table journal (
    id         integer primary key autoincrement,
    actor      text,             -- null: the command line
    act        text    not null,
    subject    text,             -- whom or what it was about
    address    text,             -- of the actor; null: the command line
    created_at integer not null
) strict;

create trigger journal_is_never_changed before update on journal begin
    select raise(abort, 'the journal is never changed');
end;

-- A row is something that a command did while a server may be running on this file, and that the server must hear of:
-- it looks once a second. The newest rows only.
create table signals (
    id         integer primary key autoincrement,
    holder     text    not null, -- what has ended that held streams open, as the server passes it on
    created_at integer not null
) strict;
