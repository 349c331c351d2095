-- One row per date, as the consumer reads it: monthly effective federal funds rate (FEDFUNDS).
create or replace view federal_funds_rate_compat as
select date, rate, interval_type, unit, name
from federal_funds_rate
where series_id = 'FEDFUNDS' and interval_type = 'monthly';
comment on view federal_funds_rate_compat is 'monthly effective federal funds rate (FEDFUNDS)';
