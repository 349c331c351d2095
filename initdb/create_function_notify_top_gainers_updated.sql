-- Tells listeners about a new batch of movers, once per batch. PostgreSQL itself drops equal notifications of one
-- transaction, and now() stands still in it, so a batch written by several statements is announced once as well.
create or replace function notify_top_gainers_updated() returns trigger language plpgsql as $$
begin
  perform pg_notify('top_gainers_updated', json_build_object('batch_id', batch_id, 'timestamp', floor(extract(epoch from now()))::bigint)::text)
  from (select distinct batch_id from new_rows) as batch
  where not exists (select from top_gainers as earlier where earlier.batch_id = batch.batch_id and earlier.created_at < now());
  return null;
end
$$;
comment on function notify_top_gainers_updated() is 'Notifies top_gainers_updated with {batch_id, timestamp in epoch seconds} when rows of a batch appear for the first time';
