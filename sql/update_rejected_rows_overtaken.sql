-- A whole new answer overtakes what earlier ones of the same target left: items that could not be read, answers that could not be parsed.
-- $1 unit, $2 source, $3 target or null, $4 instant of the new answer.
update rejected_rows
set settled_at = $4, settled_by = 'superseded'
where unit = $1 and source = $2 and target is not distinct from $3 and kind in ('item', 'body') and settled_at is null and received_at < $4
