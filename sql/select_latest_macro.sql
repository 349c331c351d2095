-- query latest-macro: the newest published figure of every macro series, and the previous one.
with figures (indicator, series_id, date, figure, unit) as (
  select 'cpi', series_id, date, cpi_value, unit from cpi
  union all select 'inflation', series_id, date, inflation_rate, unit from inflation
  union all select 'federal funds rate', series_id, date, rate, unit from federal_funds_rate
  union all select 'treasury yield ' || maturity, series_id, date, yield_rate, unit from treasury_yield
), ranked as (
  select indicator, series_id, date, figure, unit,
    pg_catalog.lead(figure) over newest_first as figure_before, pg_catalog.lead(date) over newest_first as date_before, row_number() over newest_first as position
  from figures
  where figure is not null
  window newest_first as (partition by indicator, series_id order by date desc)
)
select indicator, series_id, date, pg_catalog.trim_scale(figure) as figure, unit, pg_catalog.trim_scale(figure_before) as figure_before, date_before
from ranked
where position = 1
order by indicator, series_id
