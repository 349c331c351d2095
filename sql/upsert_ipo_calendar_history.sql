-- Upsert dates that were expected for a listing. $1: rows as JSON. Each row has the first and the last answer that named the date.
insert into ipo_calendar_history (
  symbol, ipo_date, first_seen_at, last_seen_at
)
select
  symbol, ipo_date, first_seen_at, last_seen_at
from jsonb_populate_recordset(null::ipo_calendar_history, $1)
on conflict (symbol, ipo_date) do update
set first_seen_at = least(excluded.first_seen_at, ipo_calendar_history.first_seen_at),
    last_seen_at = greatest(excluded.last_seen_at, ipo_calendar_history.last_seen_at),
    updated_at = now()
where (ipo_calendar_history.first_seen_at, ipo_calendar_history.last_seen_at) is distinct from (
  least(excluded.first_seen_at, ipo_calendar_history.first_seen_at), greatest(excluded.last_seen_at, ipo_calendar_history.last_seen_at)
)
returning (xmax = 0) as inserted
