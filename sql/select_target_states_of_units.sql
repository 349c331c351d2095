-- Stored state of the targets of many jobs. $1 jobs.
select unit, target, last_attempt, last_success, failures, next_due, cursor, status
from target_state
where unit = any ($1::text[])
