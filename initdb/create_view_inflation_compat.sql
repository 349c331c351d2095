-- One row per date, as the consumer reads it: annual inflation (FPCPITOTLZGUSA).
create or replace view inflation_compat as
select date, inflation_rate, interval_type, unit, name
from inflation
where series_id = 'FPCPITOTLZGUSA' and interval_type = 'annual';
comment on view inflation_compat is 'annual inflation (FPCPITOTLZGUSA)';
