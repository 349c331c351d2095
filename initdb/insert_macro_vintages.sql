-- The values that the macro tables hold already, as their first vintages.
insert into macro_vintages (series_id, date, realtime_start, value, source, collected_at)
select series_id, date, coalesce(realtime_start, (updated_at at time zone 'America/Chicago')::date), value,
  case when realtime_start is null then 'alpha-vantage' else 'fred' end, updated_at
from (
  select series_id, date, realtime_start, cpi_value, updated_at from cpi
  union all select series_id, date, realtime_start, inflation_rate, updated_at from inflation
  union all select series_id, date, realtime_start, rate, updated_at from federal_funds_rate
  union all select series_id, date, realtime_start, yield_rate, updated_at from treasury_yield
) as present (series_id, date, realtime_start, value, updated_at)
on conflict do nothing;
