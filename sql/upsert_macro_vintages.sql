-- Append vintages of macro series. $1: rows as JSON. A vintage is stored only if its value differs from that of the vintage
-- before it of the same source, which is stored already or stands in the same rows.
with given as (
  select series_id, date, realtime_start, value, source, collected_at, pg_catalog.lag(realtime_start) over earlier as realtime_before,
    pg_catalog.lag(collected_at) over earlier as collected_before, pg_catalog.lag(value) over earlier as value_before
  from jsonb_populate_recordset(null::macro_vintages, $1)
  window earlier as (partition by series_id, date, source order by realtime_start, collected_at)
)
insert into macro_vintages (series_id, date, realtime_start, value, source, collected_at)
select given.series_id, given.date, given.realtime_start, given.value, given.source, given.collected_at
from given
left join lateral (
  select * from macro_vintages as v
  where v.series_id = given.series_id and v.date = given.date and v.source = given.source
    and (v.realtime_start, v.collected_at) <= (given.realtime_start, given.collected_at)
  order by v.realtime_start desc, v.collected_at desc limit 1
) as stored on true
where case
  when stored.series_id is null and given.realtime_before is null then true
  when stored.series_id is null or (given.realtime_before, given.collected_before) > (stored.realtime_start, stored.collected_at)
    then given.value is distinct from given.value_before
  else given.value is distinct from stored.value
end
on conflict (series_id, date, realtime_start, collected_at) do nothing
returning true as inserted
