-- Planned news queries of the weekday (UTC) of the scheduled run, as targets. $1: target context as JSON: scheduled_at, queries. A
-- user's list may lack columns.
with context as (
  select (($1::jsonb ->> 'scheduled_at'::text)::timestamptz at time zone 'UTC')::date as day
)
select pg_catalog.lower(planned.weekday) || '/' || planned.name as target, coalesce(planned.tickers, '') as tickers, coalesce(planned.topics, '') as topics,
  coalesce(planned.sort, '') as sort, coalesce(planned."limit", '') as "limit",
  pg_catalog.to_char(context.day, 'YYYYMMDD') as batch_id
from context
cross join rows from (
  pg_catalog.jsonb_to_recordset($1::jsonb -> 'queries'::text) as (weekday text, name text, tickers text, topics text, sort text, "limit" text)
) with ordinality as planned (weekday, name, tickers, topics, sort, "limit", position)
where pg_catalog.lower(planned.weekday) = pg_catalog.to_char(context.day, 'dy')
order by planned.position
