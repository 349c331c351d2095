-- Whether a calendar must not be stored: it lacks more than a fifth of the reports that are still ahead. $1: its rows as JSON.
with given as (
  select symbol, coalesce(fiscal_date_ending, 'infinity') as period, fetched_at
  from jsonb_to_recordset($1) as given (symbol text, fiscal_date_ending date, fetched_at timestamptz)
), ahead as (
  select symbol, coalesce(fiscal_date_ending, 'infinity') as period from earnings_calendar
  where superseded_at is null
    and report_date > coalesce((select (max(fetched_at) at time zone 'America/New_York')::date from given), '-infinity')
), gone as (
  select symbol, period from ahead
  except
  select symbol, period from given
)
select format('the calendar lacks %s of %s reports that are still ahead: more than a fifth, so it is not believed',
              (select count(*) from gone), (select count(*) from ahead)) as refusal
where (select count(*) from gone) > 0.2 * (select count(*) from ahead)
