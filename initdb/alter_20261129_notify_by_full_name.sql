-- Names the functions of PostgreSQL by their schema, because a function in another schema may fit the arguments better.
create or replace function notify_top_gainers_updated() returns trigger language plpgsql as $$
begin
  perform pg_catalog.pg_notify('top_gainers_updated',
    pg_catalog.json_build_object('batch_id', batch_id, 'timestamp', pg_catalog.floor(extract(epoch from pg_catalog.now()))::bigint)::text)
  from (select distinct batch_id from new_rows) as batch
  where not exists (
    select from top_gainers as earlier
    where earlier.batch_id operator(pg_catalog.=) batch.batch_id and earlier.created_at operator(pg_catalog.<) pg_catalog.now()
  );
  return null;
end
$$;
