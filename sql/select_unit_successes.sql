-- When each unit last did what it was for: the last run that ended well, its firing, and the last success of any target.
select unit, max(ran.started_at) as started_at, max(ran.scheduled_at) as scheduled_at, max(asked.last_success) as target_success
from (
  select unit, max(started_at) as started_at, max(scheduled_at) as scheduled_at
  from job_runs
  where outcome in ('done', 'unchanged', 'nothing due') or (outcome = 'partial' and rows_received > rows_rejected)
  group by unit
) as ran
full join (select unit, max(last_success) as last_success from target_state group by unit) as asked using (unit)
group by unit
order by unit
