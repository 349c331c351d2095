-- Whether a run or a rejected row has this name of a job. $1 job.
select exists (select from job_runs where unit = $1) or exists (select from rejected_rows where unit = $1) as is_known
