-- Last success of each job, and its scheduled run. $1: the latest valid instant; a later one does not count. "nothing due" is not a success, because failed targets may still wait.
-- Each job costs a few steps in the indexes of job_runs, however many runs it has.
with recursive jobs as (
  (select unit from job_runs order by unit limit 1)
  union all
  select (select unit from job_runs where unit > jobs.unit order by unit limit 1) from jobs where jobs.unit is not null
)
select jobs.unit, good.started_at, good.scheduled_at
from jobs
cross join lateral (
  select
    (select started_at from job_runs
     where unit = jobs.unit and (outcome in ('done', 'unchanged') or (outcome = 'partial' and rows_received > rows_rejected))
       and started_at <= $1::timestamptz
     order by started_at desc limit 1) as started_at,
    (select scheduled_at from job_runs
     where unit = jobs.unit and (outcome in ('done', 'unchanged') or (outcome = 'partial' and rows_received > rows_rejected))
       and started_at <= $1::timestamptz
     order by scheduled_at desc nulls last limit 1) as scheduled_at
) as good
where exists (select from job_runs where unit = jobs.unit and outcome <> 'already running')
order by jobs.unit
