-- Every consumer, and the gaps of its feed since $1 (instant) in the offsets of a topic.
select
  c.feed, c.consumer, c.host, c.pid, c.started_at, c.seen_at, c.ended_at, c.last_event_at, c.rows_rate, c.rejected,
  (
    select pg_catalog.count(*) from stream_gaps g
    where g.kind = 'offset' and g.feed = c.feed and g.created_at > $1::timestamptz
  ) as gaps
from stream_consumers c
order by c.feed, c.consumer, c.seen_at desc, c.host, c.pid
