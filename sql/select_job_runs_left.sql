-- Due targets that the latest run of each job left at a provider. Runs for chosen targets do not count.
-- $1: provider, $2: jobs, $3: earliest end of a run that counts. null: unknown, because the provider had no request before $3;
-- 0: the job no longer runs.
select job.unit,
  coalesce(latest.targets_left, case when exists (select from provider_requests where provider = $1 and reserved_at < $3) then 0 end) as targets_left
from pg_catalog.unnest($2::text[]) as job (unit)
left join lateral (
  select targets_left
  from job_runs
  where unit = job.unit and finished_at >= $3 and outcome <> 'already running' and command !~ '--(target|force|input)'
  order by finished_at desc
  limit 1
) as latest on true
