-- Assign targets to shards. $1: feed, $2: number of shards, $3: targets, $4: the shard of each.
insert into stream_shards (feed, shards, target, shard)
select $1, $2::integer, n.target, n.shard
from unnest($3::text[], $4::integer[]) as n (target, shard)
on conflict (feed, shards, target) do nothing
