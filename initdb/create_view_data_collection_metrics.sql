-- Finished runs under the names that the consumer of the run metrics knows.
create or replace view data_collection_metrics as
select unit as dag_id, command as task_id, id::text as run_id, coalesce(scheduled_at, started_at) as execution_date,
  requests as api_calls_attempted,
  greatest(requests - requests_refused - requests_failed, 0) as api_calls_successful,
  requests_failed as api_calls_failed,
  requests_refused as api_rate_limited,
  rows_received as records_fetched,
  rows_received - least(rows_rejected, rows_received) as records_processed,
  rows_inserted as records_inserted,
  rows_updated as records_updated,
  greatest(rows_received - rows_inserted - rows_updated - rows_rejected, 0) as records_skipped,
  null::bigint as duplicate_records,
  rows_rejected as invalid_records,
  case
    when outcome in ('failed', 'interrupted') then 'failed'
    when outcome = 'partial' then 'partial_success'
    when requests = 0 and rows_received = 0 then 'no_api_calls'
    when rows_received = 0 then 'no_data_collected'
    else 'success'
  end as task_status,
  extract(epoch from finished_at - started_at)::integer as execution_duration_seconds,
  null::integer as data_freshness_minutes,
  case when outcome in ('failed', 'interrupted') then message end as error_message,
  case when outcome not in ('failed', 'interrupted') then message end as warning_message,
  finished_at as updated_at
from job_runs
where finished_at is not null;
comment on view data_collection_metrics is 'Run metrics of finished runs, from job_runs';
