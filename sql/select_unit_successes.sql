-- Last success of each job, and its scheduled run. "nothing due" is not a success, because failed targets may still wait.
select unit, max(started_at) filter (where is_good) as started_at, max(scheduled_at) filter (where is_good) as scheduled_at
from (
  select unit, started_at, scheduled_at,
    outcome in ('done', 'unchanged') or (outcome = 'partial' and rows_received > rows_rejected) as is_good
  from job_runs
  where outcome <> 'already running'
) as runs
group by unit
order by unit
