-- Refusal of a calendar that lacks more than a fifth of the listings that the last one expected, and more than three, since single
-- listings are postponed; no row: it may be stored. $1: its rows as JSON.
with received as (
  select symbol, fetched_at from pg_catalog.jsonb_to_recordset($1) as received (symbol text, fetched_at timestamptz)
), upcoming as (
  select symbol from ipo_calendar
  where ipo_date > coalesce((select (pg_catalog.max(fetched_at) at time zone 'America/New_York')::date from received), '-infinity')
    and fetched_at = (select pg_catalog.max(fetched_at) from ipo_calendar)
), missing as (
  select symbol from upcoming
  except
  select symbol from received
)
select pg_catalog.format('the calendar lacks %s of %s listings that are still ahead: more than a fifth, so it is not believed',
              (select pg_catalog.count(*) from missing), (select pg_catalog.count(*) from upcoming)) as refusal
where (select pg_catalog.count(*)::numeric from missing) > greatest(3, 0.2 * (select pg_catalog.count(*)::numeric from upcoming))
