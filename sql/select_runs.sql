-- Runs, newest first. $1 job or null for all, $2 true for unsuccessful ones only, $3 earliest start or null, $4 most rows.
select id, unit, token, started_at, outcome, exit_code, round(extract(epoch from finished_at - started_at), 1) as seconds,
  rows_received, rows_inserted, rows_updated, rows_rejected, requests, targets_done, targets_left, next_at, message, host, pid
from job_runs
where ($1::text is null or unit = $1)
  and (not coalesce($2::boolean, false) or outcome in ('running', 'partial', 'failed', 'interrupted') or exit_code > 0)
  and ($3::timestamptz is null or started_at >= $3)
order by started_at desc, id desc
limit $4
