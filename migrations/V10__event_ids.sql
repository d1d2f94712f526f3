-- The number of an event is one more than that of the newest event, which is always in the log. SQLite need not keep a
-- counter beside the table, which would be one more changed page in every commit.

create table new_events (
    id         integer primary key, -- never used again, because the newest event is never deleted
    kind       text    not null,
    actor_id   integer not null, -- no references: what is deleted still has its history here
    author_id  integer,
    feed_id    integer not null, -- where the post is; or whom somebody follows
    post_id    integer,
    comment_id integer,
    submission integer, -- of the form that did it: a hash of its key and its text
    created_at integer not null
) strict;

insert into new_events (id, kind, actor_id, author_id, feed_id, post_id, comment_id, submission, created_at)
    select id, kind, actor_id, author_id, feed_id, post_id, comment_id, submission, created_at from events order by id;
drop table events;
alter table new_events rename to events;

create unique index events_by_submission on events (actor_id, submission) where submission is not null;
