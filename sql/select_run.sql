-- One run with all its columns. $1 id.
select id, unit, command, token, scheduled_at, started_at, finished_at, round(extract(epoch from finished_at - started_at), 1) as seconds, outcome, exit_code,
  rows_received, rows_inserted, rows_updated, rows_rejected, requests, requests_refused, requests_failed, targets_done, targets_failed, targets_left,
  next_at, message, host, pid, version,
  (select count(*) from rejected_rows where run_id = job_runs.id and settled_at is null) as open_rejections
from job_runs
where id = $1
