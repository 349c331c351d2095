-- Stored state of the targets of a job. $1 job.
select target, last_attempt, last_success, failures, next_due, cursor, status
from target_state
where unit = $1
