-- One row per date, as the consumer reads it: monthly CPI, not seasonally adjusted (CPIAUCNS).
create or replace view cpi_compat as
select date, cpi_value, interval_type, unit, name
from cpi
where series_id = 'CPIAUCNS' and interval_type = 'monthly';
comment on view cpi_compat is 'monthly CPI, not seasonally adjusted (CPIAUCNS)';
