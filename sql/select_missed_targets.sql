-- query missed-targets: what units asked about and did not get, most failures first.
-- $1 unit (text, all): name of a unit, or all
-- $2 limit (integer, 100): at most that many rows
select unit, target, failures, status, last_attempt, last_success, next_due, note
from target_state
where ($1 = 'all' or unit = $1) and (failures > 0 or status = 'unknown')
order by failures desc, last_attempt desc nulls last, unit, target
limit $2::integer
