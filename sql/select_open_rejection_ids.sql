-- Ids of open rejections, oldest first. The items are read one by one, because they may be large. $1 job or null for all, $2 ids as bigint[] or null for all, $3 most rows.
select id
from rejected_rows
where settled_at is null and ($1::text is null or unit = $1) and ($2::bigint[] is null or id = any ($2))
order by id
limit $3
