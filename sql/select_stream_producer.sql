-- The instants up to which the newest producer of a shard has delivered its frames. $1: feed, $2: shard.
select received_until, received_later from stream_producers where feed = $1 and shard = $2
