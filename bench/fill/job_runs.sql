-- Runs of 30 jobs over the last years, the newest half an hour ago. $1: the number of runs.
insert into job_runs (unit, command, scheduled_at, started_at, finished_at, outcome, exit_code, rows_received, requests, host, pid, version)
select job.name, 'fin ingest ' || job.name, at.instant, at.instant, at.instant + interval '4 seconds', (array['done', 'unchanged', 'nothing due', 'failed'])[1 + n % 4],
  case when n % 4 = 3 then 1 else 0 end, 400, 1, 'elsewhere', 1, '0.1.0'
from generate_series(1::bigint, $1::bigint) as n
cross join lateral (select now() - interval '30 minutes' - n * interval '4 minutes' as instant) as at
cross join lateral (
  select case when n % 30 = 0 then 'bithumb-tickers' else (array['cpi', 'inflation', 'top-gainers', 'company-news', 'coingecko-ids', 'market-news'])[1 + n % 6] end as name
) as job
