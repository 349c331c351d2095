-- Which rejections are open, oldest first; their items may be large, so they are read one by one. $1 unit or null for all, $2 ids as bigint[] or null for all, $3 at most that many.
select id
from rejected_rows
where settled_at is null and ($1::text is null or unit = $1) and ($2::bigint[] is null or id = any ($2))
order by id
limit $3
