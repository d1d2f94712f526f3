-- A row says how the import of the archive that a person uploaded last has gone. The archive itself is a file without a name,
-- which is gone when the program ends: a run that was not at its end then is cut off.
create table import_runs (
    user_id    integer primary key references users (id) on delete cascade,
    state      text not null,
    started_at integer not null, -- when the archive came
    ended_at   integer,          -- null: the run goes on
    report     text not null default '', -- lines for the person
    follows    text not null default '', -- usernames here of people whom the person followed there, apart by blanks
    elsewhere  text not null default ''  -- lines with the addresses of what was left out because it is on other sites
) strict;
