-- The expected reports that are stored already, as versions. Superseded ones are earlier versions: fetched_at is the newest answer
-- that held their values. One that no later row follows is no longer named.
insert into earnings_calendar_history (symbol, fiscal_date_ending, report_date, estimate, currency, time_of_day, is_named, collected_at)
select symbol, fiscal_date_ending, report_date, estimate, currency, time_of_day, true, updated_at
from earnings_calendar
where superseded_at is null and fiscal_date_ending is not null
union all
select symbol, fiscal_date_ending, report_date, estimate, currency, time_of_day, true, coalesce(fetched_at, created_at)
from earnings_calendar
where superseded_at is not null and fiscal_date_ending is not null
union all
select symbol, fiscal_date_ending, report_date, estimate, currency, time_of_day, false, superseded_at
from earnings_calendar as gone
where superseded_at is not null and fiscal_date_ending is not null and not exists (
  select from earnings_calendar as later
  where later.symbol = gone.symbol and later.fiscal_date_ending = gone.fiscal_date_ending and later.id > gone.id
)
on conflict do nothing;
