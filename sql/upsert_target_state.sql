-- Store the state of each target, in the transaction of its rows. $1: rows as JSON. A null cursor keeps the stored one.
insert into target_state (unit, target, last_attempt, last_success, failures, next_due, cursor, status, note)
select unit, target, last_attempt, last_success, failures, next_due, cursor, status, note
from jsonb_populate_recordset(null::target_state, $1)
on conflict (unit, target) do update
set last_attempt = excluded.last_attempt,
    last_success = coalesce(excluded.last_success, target_state.last_success),
    failures     = excluded.failures,
    next_due     = excluded.next_due,
    cursor       = coalesce(excluded.cursor, target_state.cursor),
    status       = excluded.status,
    note         = excluded.note
returning (xmax = 0) as inserted
