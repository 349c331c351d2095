-- Upsert observations of federal funds rate. $1: rows as JSON. A published value is never replaced by
-- "not published". A revision replaces the value; `realtime_start` changes only together with the value.
-- An older vintage changes nothing.
insert into federal_funds_rate (
  series_id, date, rate, interval_type, unit, name, realtime_start
)
select
  series_id, date, rate, interval_type, unit, name, realtime_start
from jsonb_populate_recordset(null::federal_funds_rate, $1)
on conflict (series_id, date) do update
set rate = coalesce(excluded.rate, federal_funds_rate.rate),
    interval_type = excluded.interval_type,
    unit = coalesce(excluded.unit, federal_funds_rate.unit),
    name = coalesce(excluded.name, federal_funds_rate.name),
    realtime_start = case when excluded.rate <> federal_funds_rate.rate or federal_funds_rate.rate is null then excluded.realtime_start else federal_funds_rate.realtime_start end,
    updated_at = now()
where (federal_funds_rate.realtime_start > excluded.realtime_start) is not true and (
  federal_funds_rate.rate, federal_funds_rate.interval_type, federal_funds_rate.unit, federal_funds_rate.name
) is distinct from (
  coalesce(excluded.rate, federal_funds_rate.rate), excluded.interval_type, coalesce(excluded.unit, federal_funds_rate.unit),
  coalesce(excluded.name, federal_funds_rate.name)
)
returning (xmax = 0) as inserted
