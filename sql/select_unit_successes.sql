-- When the runs of each unit last ended well, and for which firing. "nothing due" is no success: it is also said while failed targets wait.
select unit, max(started_at) filter (where is_good) as started_at, max(scheduled_at) filter (where is_good) as scheduled_at
from (
  select unit, started_at, scheduled_at,
    outcome in ('done', 'unchanged') or (outcome = 'partial' and rows_received > rows_rejected) as is_good
  from job_runs
  where outcome <> 'already running'
) as runs
group by unit
order by unit
