-- Mark rejections that a replay stored or a user dismissed. $1 ids as bigint[], $2 now, $3 replayed or dismissed.
update rejected_rows
set settled_at = $2, settled_by = $3
where id = any ($1::bigint[]) and settled_at is null
