-- Every producer with its gaps since $1 (instant), and how many of them are repaired. A producer is left out when one
-- of another number of shards started after it ended.
select
  p.feed, p.shard, p.shards, p.host, p.pid, p.started_at, p.seen_at, p.ended_at, p.connected_at, p.received_until, p.last_event_at,
  p.frames_rate, p.rejected, p.reconnects, g.gaps, g.repaired, g.seconds as gap_seconds
from stream_producers p
cross join lateral (
  select
    pg_catalog.count(*) as gaps,
    pg_catalog.count(*) filter (where one.is_repaired) as repaired,
    coalesce(pg_catalog.sum(extract(epoch from one.ended_at - one.began_at)), 0) as seconds
  from (
    select greatest(s.began_at, $1::timestamptz) as began_at, pg_catalog.max(s.ended_at) as ended_at,
      pg_catalog.bool_and(s.repaired_at is not null) as is_repaired
    from stream_gaps s
    where s.kind = 'socket' and s.feed = p.feed and s.shard = p.shard and s.ended_at > $1::timestamptz
    group by s.began_at
  ) one
) g
where not exists (
  select from stream_producers other
  where other.feed = p.feed and other.shards <> p.shards and other.started_at > p.seen_at
)
order by p.feed, p.shard
