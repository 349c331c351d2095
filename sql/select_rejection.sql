-- One rejection, if it is still open. $1 id.
select id, unit, source, target, kind, table_name, row_key, reason, item, received_at
from rejected_rows
where id = $1 and settled_at is null
