-- Planned news queries of the weekday (UTC) of the firing, as targets. $1: the occasion as JSON: firing, queries. A user's
-- list may lack columns.
with occasion as (
  select (($1::jsonb ->> 'firing')::timestamptz at time zone 'UTC')::date as day
)
select lower(planned.weekday) || '/' || planned.name as target, coalesce(planned.tickers, '') as tickers, coalesce(planned.topics, '') as topics,
  coalesce(planned.sort, '') as sort, coalesce(planned."limit", '') as "limit",
  to_char(occasion.day, 'YYYYMMDD') as batch_id
from occasion
cross join rows from (
  jsonb_to_recordset($1::jsonb -> 'queries') as (weekday text, name text, tickers text, topics text, sort text, "limit" text)
) with ordinality as planned (weekday, name, tickers, topics, sort, "limit", place)
where lower(planned.weekday) = to_char(occasion.day, 'dy')
order by planned.place
