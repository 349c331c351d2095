-- Append versions of expected reports. $1: rows as JSON. A version is stored only if it differs from the version before it.
insert into earnings_calendar_history (
  symbol, fiscal_date_ending, report_date, estimate, currency, time_of_day, collected_at
)
select
  given.symbol, given.fiscal_date_ending, given.report_date, given.estimate, given.currency, given.time_of_day, given.collected_at
from jsonb_populate_recordset(null::earnings_calendar_history, $1) as given
left join lateral (
  select * from earnings_calendar_history as stored
  where stored.symbol = given.symbol and stored.fiscal_date_ending = given.fiscal_date_ending
    and stored.collected_at <= given.collected_at
  order by stored.collected_at desc limit 1
) as earlier on true
where (given.report_date, given.estimate, given.currency, given.time_of_day, true)
  is distinct from (earlier.report_date, earlier.estimate, earlier.currency, earlier.time_of_day, earlier.is_named)
on conflict (symbol, fiscal_date_ending, collected_at) do nothing
returning true as inserted
