-- One run with all its columns. $1 id.
select id, unit, command, token, scheduled_at, started_at, finished_at, pg_catalog.round(extract(epoch from finished_at - started_at), 1) as seconds, outcome, exit_code,
  rows_received, rows_inserted, rows_updated, rows_rejected, requests, requests_refused, requests_failed, targets_done, targets_failed, targets_left,
  next_at, message, host, pid, version,
  (select pg_catalog.string_agg(pg_catalog.format('%s since %s', field, pg_catalog.to_char(since at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')), ', ' order by field)
   from schema_drift where schema_drift.unit = job_runs.unit) as missing_fields,
  (select pg_catalog.count(*) from rejected_rows where run_id = job_runs.id and settled_at is null) as open_rejections
from job_runs
where id = $1
