-- Runs since an instant, newest first, to determine which scheduled runs happened. $1: earliest start.
select unit, command, scheduled_at, started_at, outcome, targets_left, host, pid
from job_runs
where started_at >= $1 and outcome <> 'already running'
order by started_at desc
