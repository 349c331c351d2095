-- Runs of jobs, newest first, to determine which scheduled runs happened. $1: jobs, $2: earliest start, one for each job.
select runs.unit, runs.command, runs.scheduled_at, runs.started_at, runs.outcome, runs.targets_left, runs.host, runs.pid
from unnest($1::text[], $2::timestamptz[]) as job (unit, since)
join job_runs as runs on runs.unit = job.unit and runs.started_at >= job.since
where runs.outcome <> 'already running'
order by runs.started_at desc
