-- Open rejections of rows, items and answers, newest first. $1 job or null for all, $2 rejected since then or null, $3 most rows, $4 characters of the item.
select id, run_id, unit, target, table_name, kind, reason, rejected_at, pg_catalog.left(item, $4) as item
from rejected_rows
where settled_at is null and ($1::text is null or unit = $1) and ($2::timestamptz is null or rejected_at >= $2)
order by rejected_at desc, id desc
limit $3
