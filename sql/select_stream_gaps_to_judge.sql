-- Open gaps that may be repairable. Those that no run has tried come first, then the one that was tried longest ago; of
-- equal ones the oldest gap. $1: feeds. $2: only gaps that began at this instant or later; null: all. $3: the most
-- rows.
select id, feed, kind, shard, began_at, ended_at, symbols, why, repaired_targets, refused_targets, repaired_bars
from stream_gaps
where repaired_at is null and not not_repairable and feed = any($1::text[])
  and ($2::timestamptz is null or coalesce(began_at, created_at) >= $2::timestamptz)
order by tried_at nulls first, coalesce(began_at, created_at), id
limit $3::integer
