-- Close a gap. $1: its id. $2: the instant.
update stream_gaps
set repaired_at = $2::timestamptz, not_repaired_because = null
where id = $1::bigint and repaired_at is null
