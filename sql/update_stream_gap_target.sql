-- Record that the bars of a target are stored, with them. $1: id of the gap. $2: the target. $3: the number of its
-- bars.
update stream_gaps
set repaired_targets = pg_catalog.array_append(repaired_targets, $2::text), repaired_bars = repaired_bars + $3::integer
where id = $1::bigint
