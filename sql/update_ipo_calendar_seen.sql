-- Mark expected listings as seen. $1: rows of the answer as JSON, $2: its instant. A listing that is no longer named keeps its row.
update ipo_calendar
set fetched_at = $2
where symbol in (select symbol from pg_catalog.jsonb_to_recordset($1) as given (symbol text))
  and (fetched_at is null or fetched_at < $2)
