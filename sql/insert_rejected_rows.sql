-- Store rejected rows, items or whole answers. $1: rows as JSON. An open rejection with the same reason is not stored twice.
insert into rejected_rows (run_id, unit, source, target, kind, table_name, row_key, reason, item, received_at, rejected_at)
select n.run_id, n.unit, n.source, n.target, n.kind, n.table_name, n.row_key, n.reason, n.item, n.received_at, n.rejected_at
from jsonb_populate_recordset(null::rejected_rows, $1) n
where not exists (
  select from rejected_rows o
  where o.unit = n.unit and o.settled_at is null and o.kind = n.kind and o.item = n.item
    and o.target is not distinct from n.target and o.reason = n.reason
)
