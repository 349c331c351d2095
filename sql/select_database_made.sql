-- The instant since which the database exists for fin: its first schema file, or an earlier run on another clock (a simulation).
select least((select min(applied_at) from schema_files), (select started_at from job_runs order by started_at limit 1)) as made_at
