-- Close rejected items and answers of a target, because a newer complete answer replaces them.
-- $1 job, $2 source, $3 target or null, $4 instant of the new answer.
update rejected_rows
set settled_at = $4, settled_by = 'superseded'
where unit = $1 and source = $2 and target is not distinct from $3 and kind in ('item', 'body') and settled_at is null and received_at < $4
