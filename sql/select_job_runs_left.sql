-- What jobs still want of a provider: the due targets that the latest run of each left, unless that run was about chosen ones.
-- $1: provider, $2: units, $3: since when a run counts. null: nobody knows, because the provider has not been asked before $3;
-- 0: the job is not run any more.
select asked.unit,
  coalesce(latest.targets_left, case when exists (select from provider_requests where provider = $1 and reserved_at < $3) then 0 end) as targets_left
from unnest($2::text[]) as asked (unit)
left join lateral (
  select targets_left
  from job_runs
  where unit = asked.unit and finished_at >= $3 and outcome <> 'already running' and command !~ '--(target|force|input)'
  order by finished_at desc
  limit 1
) as latest on true
