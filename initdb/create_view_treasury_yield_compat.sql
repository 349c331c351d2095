-- One row per date, maturity and interval, as the consumer reads it: monthly means (GS...) and daily yields (DGS...).
create or replace view treasury_yield_compat as
select distinct on (date, maturity, interval_type) date, maturity, interval_type, yield_rate, created_at, updated_at
from treasury_yield
where (interval_type = 'monthly' and series_id ~ '^GS[0-9]') or (interval_type <> 'monthly' and series_id ~ '^DGS[0-9]')
order by date, maturity, interval_type, series_id;
comment on view treasury_yield_compat is 'treasury_yield, one series per maturity and interval';
