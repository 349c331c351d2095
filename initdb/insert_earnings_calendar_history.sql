-- The expected reports that are stored already, as their first versions.
insert into earnings_calendar_history (symbol, fiscal_date_ending, report_date, estimate, currency, time_of_day, collected_at)
select symbol, fiscal_date_ending, report_date, estimate, currency, time_of_day, coalesce(fetched_at, updated_at)
from earnings_calendar
where superseded_at is null and fiscal_date_ending is not null
on conflict do nothing;
