-- Upsert expected reports. $1: rows as JSON. A current row whose date has moved is superseded, and its other
-- values are copied to the row of the new date; omitted values erase nothing. An answer older than the row moves no date.
with given as (
  select symbol, company_name, report_date, fiscal_date_ending, estimate, currency, time_of_day, event_description, fetched_at
  from jsonb_populate_recordset(null::earnings_calendar, $1)
), moved as (
  update earnings_calendar as stored
  set superseded_at = given.fetched_at, updated_at = now()
  from given
  where stored.superseded_at is null and stored.symbol = given.symbol
    and coalesce(stored.fiscal_date_ending, 'infinity') = coalesce(given.fiscal_date_ending, 'infinity')
    and stored.report_date <> given.report_date and (stored.fetched_at is null or stored.fetched_at <= given.fetched_at)
  returning stored.symbol, stored.fiscal_date_ending, stored.company_name, stored.estimate, stored.currency, stored.event_description
)
insert into earnings_calendar (
  symbol, company_name, report_date, fiscal_date_ending, estimate, currency, time_of_day, event_description, fetched_at, superseded_at
)
select
  given.symbol, coalesce(given.company_name, moved.company_name), given.report_date, given.fiscal_date_ending,
  coalesce(given.estimate, moved.estimate), coalesce(given.currency, moved.currency), given.time_of_day,
  coalesce(given.event_description, moved.event_description), given.fetched_at, null
from given
-- the join supersedes the row of the old date before the row of the new date is inserted
left join moved on moved.symbol = given.symbol and coalesce(moved.fiscal_date_ending, 'infinity') = coalesce(given.fiscal_date_ending, 'infinity')
on conflict (symbol, (coalesce(fiscal_date_ending, 'infinity'::date))) where superseded_at is null do update
set company_name = coalesce(excluded.company_name, earnings_calendar.company_name),
    estimate = coalesce(excluded.estimate, earnings_calendar.estimate),
    currency = coalesce(excluded.currency, earnings_calendar.currency),
    time_of_day = coalesce(nullif(excluded.time_of_day, 'unknown'), earnings_calendar.time_of_day, excluded.time_of_day),
    event_description = coalesce(excluded.event_description, earnings_calendar.event_description),
    fetched_at = greatest(excluded.fetched_at, earnings_calendar.fetched_at),
    updated_at = now()
where (
  earnings_calendar.company_name, earnings_calendar.estimate, earnings_calendar.currency, earnings_calendar.time_of_day,
  earnings_calendar.event_description
) is distinct from (
  coalesce(excluded.company_name, earnings_calendar.company_name), coalesce(excluded.estimate, earnings_calendar.estimate),
  coalesce(excluded.currency, earnings_calendar.currency),
  coalesce(nullif(excluded.time_of_day, 'unknown'), earnings_calendar.time_of_day, excluded.time_of_day),
  coalesce(excluded.event_description, earnings_calendar.event_description)
)
returning (xmax = 0) as inserted
