-- The posts of this site that the text of a post links to. They are shown below it as cards.
create table quotes (
    post_id   integer not null references posts (id) on delete cascade,
    place     integer not null, -- the order of the links in the text
    quoted_id integer not null, -- perhaps a post that is not here, or no longer
    primary key (post_id, place)
) strict, without rowid;

create index quotes_by_quoted on quotes (quoted_id, post_id);
