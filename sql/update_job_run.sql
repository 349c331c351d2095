-- Close a run, or refresh its counts while it works. $1 id, $2 what changed as one JSON object with the columns of job_runs.
update job_runs r
set finished_at = n.finished_at, outcome = n.outcome, exit_code = n.exit_code, rows_received = n.rows_received,
    rows_inserted = n.rows_inserted, rows_updated = n.rows_updated, rows_rejected = n.rows_rejected, requests = n.requests,
    requests_refused = n.requests_refused, requests_failed = n.requests_failed, targets_done = n.targets_done,
    targets_failed = n.targets_failed, targets_left = n.targets_left, next_at = n.next_at, message = n.message
from jsonb_populate_record(null::job_runs, $2) n
where r.id = $1
