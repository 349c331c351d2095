-- The instants up to which the frames of a shard were delivered. $1: feed, $2: shard, $3: number of shards. Another
-- number of shards counts from the instant up to which all of its shards were delivered.
select received_until, received_later
from stream_producers
where feed = $1 and shard = $2 and shards = $3
union all
select pg_catalog.min(received_until), null
from stream_producers
where feed = $1 and not shards = $3
group by shards
having pg_catalog.count(received_until) = shards
