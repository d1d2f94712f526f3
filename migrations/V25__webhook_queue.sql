-- The first delivery that waits for a webhook is the first row of its part of the index: tests go before all others.
drop index webhook_deliveries_waiting;
create index webhook_deliveries_waiting on webhook_deliveries (webhook_id, post_id is not null, id)
    where next_at is not null;
