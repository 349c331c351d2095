-- Rows and items set aside and not settled, oldest first. $1 unit or null for all, $2 ids as bigint[] or null for all, $3 at most that many.
select id, unit, source, target, kind, table_name, row_key, reason, item, received_at
from rejected_rows
where settled_at is null and ($1::text is null or unit = $1) and ($2::bigint[] is null or id = any ($2))
order by id
limit $3
