-- Close rejected rows, because a valid row with the same key was stored. $1 job, $2 table, $3 keys as text[], $4 now.
update rejected_rows
set settled_at = $4, settled_by = 'superseded'
where unit = $1 and table_name = $2 and kind = 'row' and settled_at is null and row_key = any ($3::text[]) and received_at < $4
