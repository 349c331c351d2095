-- Forget targets that the feed no longer has. $1: feed, $2: number of shards, $3: targets.
delete from stream_shards where feed = $1 and shards = $2::integer and target = any ($3::text[])
