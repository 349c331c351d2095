-- Record a producer. $1: rows as JSON. A value that it does not know yet stays that of the producer before it.
insert into stream_producers as held (
  feed, shard, shards, host, pid, started_at, seen_at, ended_at, connected_at, received_until, received_later, last_event_at, frames, frames_rate, rejected, reconnects
)
select
  feed, shard, shards, host, pid, started_at, seen_at, ended_at, connected_at, received_until, received_later, last_event_at, frames, frames_rate, rejected, reconnects
from jsonb_populate_recordset(null::stream_producers, $1)
on conflict (feed, shards, shard) do update
set host = excluded.host,
    pid = excluded.pid,
    started_at = excluded.started_at,
    seen_at = excluded.seen_at,
    ended_at = excluded.ended_at,
    connected_at = excluded.connected_at,
    received_until = coalesce(excluded.received_until, held.received_until),
    received_later = case
      when excluded.received_until is null and excluded.received_later is null then held.received_later
      else excluded.received_later
    end,
    last_event_at = coalesce(excluded.last_event_at, held.last_event_at),
    frames = excluded.frames,
    frames_rate = excluded.frames_rate,
    rejected = excluded.rejected,
    reconnects = excluded.reconnects
returning (xmax = 0) as inserted
