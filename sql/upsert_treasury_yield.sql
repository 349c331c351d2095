-- Upsert observations of treasury yield. $1: rows as JSON. A published value is never replaced by
-- "not published". A revision replaces the value; `realtime_start` changes only together with the value.
-- An older vintage changes nothing.
insert into treasury_yield (
  series_id, date, maturity, yield_rate, interval_type, unit, name, realtime_start
)
select
  series_id, date, maturity, yield_rate, interval_type, unit, name, realtime_start
from jsonb_populate_recordset(null::treasury_yield, $1)
on conflict (series_id, date) do update
set maturity = excluded.maturity,
    yield_rate = coalesce(excluded.yield_rate, treasury_yield.yield_rate),
    interval_type = excluded.interval_type,
    unit = coalesce(excluded.unit, treasury_yield.unit),
    name = coalesce(excluded.name, treasury_yield.name),
    realtime_start = case when excluded.yield_rate <> treasury_yield.yield_rate or treasury_yield.yield_rate is null then excluded.realtime_start else treasury_yield.realtime_start end,
    updated_at = now()
where (treasury_yield.realtime_start > excluded.realtime_start) is not true and (
  treasury_yield.maturity, treasury_yield.yield_rate, treasury_yield.interval_type, treasury_yield.unit, treasury_yield.name
) is distinct from (
  excluded.maturity, coalesce(excluded.yield_rate, treasury_yield.yield_rate), excluded.interval_type,
  coalesce(excluded.unit, treasury_yield.unit), coalesce(excluded.name, treasury_yield.name)
)
returning (xmax = 0) as inserted
