-- query series-as-of: the values of a macro series as they were known at an instant, newest period first.
-- $1 series (text, required): series of FRED, such as CPIAUCNS
-- $2 at (instant, now): instant at which the values were known
-- $3 since (date, null): only periods that begin on this day or later; default: all
-- $4 source (fred|alpha-vantage, fred): provider whose values count
-- $5 limit (integer rows, 1000): maximum number of rows
with vintages as (
  select series_id, date, realtime_start, value, source, collected_at, min(collected_at) over () as first_collected,
    (realtime_start + 1)::timestamp at time zone 'America/Chicago' as published
  from macro_vintages
  where series_id = upper($1::text) and source = $4::text
), dated as (
  -- Since the first collection of the series from the source, a value is known from the instant at which it was collected. Before, it is known
  -- from the end of the day on which FRED published it.
  select *, case when published <= first_collected then published else collected_at end as known_from
  from vintages
)
select distinct on (date) series_id, date, trim_scale(value) as value, realtime_start, known_from, source
from dated
where known_from <= $2::timestamptz and ($3::date is null or date >= $3::date)
order by date desc, realtime_start desc, collected_at desc
limit $5::integer
