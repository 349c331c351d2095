-- Record a consumer, and forget those of the same group that were last seen more than a day ago. $1: rows as JSON.
with forgotten as (
  delete from stream_consumers old
  using jsonb_populate_recordset(null::stream_consumers, $1) n
  where old.consumer = n.consumer and old.seen_at < n.seen_at - interval '1 day'
)
insert into stream_consumers (feed, consumer, host, pid, started_at, seen_at, ended_at, last_event_at, rows, rows_rate, rejected)
select feed, consumer, host, pid, started_at, seen_at, ended_at, last_event_at, rows, rows_rate, rejected
from jsonb_populate_recordset(null::stream_consumers, $1)
on conflict (consumer, host, pid) do update
set feed = excluded.feed,
    started_at = excluded.started_at,
    seen_at = excluded.seen_at,
    ended_at = excluded.ended_at,
    last_event_at = excluded.last_event_at,
    rows = excluded.rows,
    rows_rate = excluded.rows_rate,
    rejected = excluded.rejected
returning (xmax = 0) as inserted
