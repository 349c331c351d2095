-- Record that the provider does not know a target. $1: id of the gap. $2: the target.
update stream_gaps
set refused_targets = pg_catalog.array_append(refused_targets, $2::text)
where id = $1::bigint
