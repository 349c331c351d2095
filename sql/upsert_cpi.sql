-- Upsert observations of cpi. $1: rows as JSON. A published value is never replaced by
-- "not published". A revision replaces the value; `realtime_start` changes only together with the value.
-- An older vintage changes nothing.
insert into cpi (
  series_id, date, cpi_value, interval_type, unit, name, realtime_start
)
select
  series_id, date, cpi_value, interval_type, unit, name, realtime_start
from jsonb_populate_recordset(null::cpi, $1)
on conflict (series_id, date) do update
set cpi_value = coalesce(excluded.cpi_value, cpi.cpi_value),
    interval_type = excluded.interval_type,
    unit = coalesce(excluded.unit, cpi.unit),
    name = coalesce(excluded.name, cpi.name),
    realtime_start = case when excluded.cpi_value <> cpi.cpi_value or cpi.cpi_value is null then excluded.realtime_start else cpi.realtime_start end,
    updated_at = now()
where (cpi.realtime_start > excluded.realtime_start) is not true and (
  cpi.cpi_value, cpi.interval_type, cpi.unit, cpi.name
) is distinct from (
  coalesce(excluded.cpi_value, cpi.cpi_value), excluded.interval_type, coalesce(excluded.unit, cpi.unit),
  coalesce(excluded.name, cpi.name)
)
returning (xmax = 0) as inserted
