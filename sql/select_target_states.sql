-- What a unit knows of its targets. $1 unit.
select target, last_attempt, last_success, failures, next_due, cursor, status
from target_state
where unit = $1
