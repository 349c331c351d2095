-- Up to when the producer of a shard before this one delivered what it received. $1: feed, $2: shard.
select received_until, received_later from stream_producers where feed = $1 and shard = $2
