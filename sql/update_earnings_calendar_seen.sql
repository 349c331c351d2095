-- Mark expected reports as seen, and supersede those that the answer no longer names. $1: rows of the answer as JSON, $2: its
-- instant. The provider names only what lies ahead: a report whose day has come in New York has not moved away, but taken place.
with given as (
  select symbol, coalesce(fiscal_date_ending, 'infinity') as period from jsonb_to_recordset($1) as given (symbol text, fiscal_date_ending date)
), known as (
  select held.id, given.symbol is not null as is_named
  from earnings_calendar as held
  left join given on given.symbol = held.symbol and given.period = coalesce(held.fiscal_date_ending, 'infinity')
  where held.superseded_at is null and (held.fetched_at is null or held.fetched_at < $2::timestamptz)
)
update earnings_calendar as held
set fetched_at = case when known.is_named then $2 else held.fetched_at end,
    superseded_at = case when known.is_named then null else $2 end,
    updated_at = case when known.is_named then held.updated_at else now() end
from known
where held.id = known.id and (known.is_named or held.report_date > ($2 at time zone 'America/New_York')::date)
