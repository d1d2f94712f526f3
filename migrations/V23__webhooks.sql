-- A row is an address to which this site sends new posts and comments: for a person, or for a group if one is named.
create table webhooks (
    id            integer primary key autoincrement, -- never used again: it is in addresses
    owner_id      integer not null references users (id) on delete cascade, -- what they may see is sent
    group_id      integer references feeds (id) on delete cascade, -- null: it is the owner's own
    name          text    not null,
    url           text    not null,
    body          text    not null, -- the kind of request: standard or ntfy
    topic         text    not null, -- what is sent: home, feed, notifications or group
    secret        blob    not null, -- 24 bytes; kept as they are, because every request is signed with them
    since         integer not null, -- the event after which it sends
    failing_since integer, -- the first failure after the last success; null: the last try was no failure
    off_because   text, -- the reason why nothing is sent; null: it is on
    created_at    integer not null
) strict;
create index webhooks_by_owner on webhooks (owner_id);
create index webhooks_by_group on webhooks (group_id) where group_id is not null;

-- A row is something that is sent to a webhook, once, with as many tries as it takes. Its text is not here: it is read
-- anew for each try, so that nothing is sent that was deleted meanwhile.
create table webhook_deliveries (
    id         integer primary key autoincrement, -- the order in which they are sent
    webhook_id integer not null references webhooks (id) on delete cascade,
    message_id text    not null unique, -- the header webhook-id, the same for all tries
    post_id    integer, -- no reference: it may be deleted. Null: a test
    comment_id integer, -- null: the post itself
    state      text    not null, -- waiting, sent, failed or withdrawn
    tries      integer not null default 0,
    tried_at   integer, -- null: never
    next_at    integer, -- when it is tried next; null: never again
    status     integer, -- the HTTP status of the last answer
    reason     text    not null default '', -- in words, or the beginning of the answer
    created_at integer not null
) strict;
create index webhook_deliveries_by_webhook on webhook_deliveries (webhook_id, id);
create index webhook_deliveries_waiting on webhook_deliveries (webhook_id, id, next_at) where next_at is not null;

-- The one row says up to which event of the log deliveries were made. There is none before webhooks are turned on.
create table webhook_progress (
    id       integer primary key check (id = 1),
    event_id integer not null
) strict;
