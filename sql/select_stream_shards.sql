-- Assigned shards. $1: feed, $2: number of shards.
select target, shard from stream_shards where feed = $1 and shards = $2 order by target
