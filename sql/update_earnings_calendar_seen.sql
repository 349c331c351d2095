-- Mark expected reports as seen, and supersede those that the answer no longer names. $1: rows of the answer as JSON, $2: its
-- instant. The provider names future reports only: a report is not superseded once its day has begun in New York.
-- Returns the name and the fate of each row that ended; the history gets a version that says so.
with given as (
  select symbol, coalesce(fiscal_date_ending, 'infinity') as period from pg_catalog.jsonb_to_recordset($1) as given (symbol text, fiscal_date_ending date)
), matched as (
  select stored.id, given.symbol is not null as is_named
  from earnings_calendar as stored
  left join given on given.symbol = stored.symbol and given.period = coalesce(stored.fiscal_date_ending, 'infinity')
  where stored.superseded_at is null and (stored.fetched_at is null or stored.fetched_at < $2::timestamptz)
), updated as (
  update earnings_calendar as stored
  set fetched_at = case when matched.is_named then $2 else stored.fetched_at end,
      superseded_at = case when matched.is_named then null else $2 end,
      updated_at = case when matched.is_named then stored.updated_at else now() end
  from matched
  where stored.id = matched.id and (matched.is_named or stored.report_date > ($2 at time zone 'America/New_York')::date)
  returning stored.*
), versioned as (
  insert into earnings_calendar_history (
    symbol, fiscal_date_ending, report_date, estimate, currency, time_of_day, is_named, collected_at
  )
  select symbol, fiscal_date_ending, report_date, estimate, currency, time_of_day, false, superseded_at
  from updated
  where superseded_at is not null and fiscal_date_ending is not null
  on conflict (symbol, fiscal_date_ending, collected_at) do nothing
)
select symbol as name, 'superseded' as fate from updated where superseded_at is not null
