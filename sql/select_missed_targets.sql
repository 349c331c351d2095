-- query missed-targets: targets that jobs requested without success, most failures first.
-- $1 unit (unit, all): only targets of this job, at any provider
-- $2 limit (integer rows, 100): maximum number of rows
select unit, target, failures, status, last_attempt, last_success, next_due, note
from target_state
where $1 in ('all', split_part(unit, ' --provider ', 1)) and (failures > 0 or status = 'unknown')
order by failures desc, last_attempt desc nulls last, unit, target
limit $2::integer
