-- Upsert observations of inflation. $1: rows as JSON. A published value is never replaced by
-- "not published". A revision replaces the value; `realtime_start` changes only together with the value.
-- An older vintage changes nothing.
insert into inflation (
  series_id, date, inflation_rate, interval_type, unit, name, realtime_start
)
select
  series_id, date, inflation_rate, interval_type, unit, name, realtime_start
from jsonb_populate_recordset(null::inflation, $1)
on conflict (series_id, date) do update
set inflation_rate = coalesce(excluded.inflation_rate, inflation.inflation_rate),
    interval_type = excluded.interval_type,
    unit = coalesce(excluded.unit, inflation.unit),
    name = coalesce(excluded.name, inflation.name),
    realtime_start = case when excluded.inflation_rate <> inflation.inflation_rate or inflation.inflation_rate is null then excluded.realtime_start else inflation.realtime_start end,
    updated_at = now()
where (inflation.realtime_start > excluded.realtime_start) is not true and (
  inflation.inflation_rate, inflation.interval_type, inflation.unit, inflation.name
) is distinct from (
  coalesce(excluded.inflation_rate, inflation.inflation_rate), excluded.interval_type, coalesce(excluded.unit, inflation.unit),
  coalesce(excluded.name, inflation.name)
)
returning (xmax = 0) as inserted
