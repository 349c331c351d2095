-- The earnings calendar as the consumer knows it: only rows that the provider still names.
create or replace view earnings_calendar_compat as
select symbol, company_name, report_date, fiscal_date_ending, estimate, currency, event_description, fetched_at
from earnings_calendar
where superseded_at is null;
comment on view earnings_calendar_compat is 'earnings_calendar without superseded rows';
