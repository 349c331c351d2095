-- Refusal of a calendar that lacks more than a fifth of the future reports; no row: it may be stored. $1: its rows as JSON.
with received as (
  select symbol, coalesce(fiscal_date_ending, 'infinity') as period, fetched_at
  from pg_catalog.jsonb_to_recordset($1) as received (symbol text, fiscal_date_ending date, fetched_at timestamptz)
), upcoming as (
  select symbol, coalesce(fiscal_date_ending, 'infinity') as period from earnings_calendar
  where superseded_at is null
    and report_date > coalesce((select (pg_catalog.max(fetched_at) at time zone 'America/New_York')::date from received), '-infinity')
), missing as (
  select symbol, period from upcoming
  except
  select symbol, period from received
)
select pg_catalog.format('the calendar lacks %s of %s reports that are still ahead: more than a fifth, so it is not believed',
              (select pg_catalog.count(*) from missing), (select pg_catalog.count(*) from upcoming)) as refusal
where (select pg_catalog.count(*)::numeric from missing) > 0.2 * (select pg_catalog.count(*)::numeric from upcoming)
