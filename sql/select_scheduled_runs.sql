-- Runs of jobs, newest first, to determine which scheduled runs happened. $1: jobs, $2: earliest start, one for each job.
-- The inner statement has an order of its own, so that the index of each job is read and not the whole table.
select runs.unit, runs.command, runs.scheduled_at, runs.started_at, runs.outcome, runs.targets_left, runs.host, runs.pid
from unnest($1::text[], $2::timestamptz[]) as job (unit, since)
cross join lateral (
  select * from job_runs
  where unit = job.unit and started_at >= job.since and outcome <> 'already running'
  order by started_at desc
  offset 0
) as runs
order by runs.started_at desc
