-- Open a run in the run ledger. $1 job, $2 command line, $3 credential or null, $4 its scheduled run or null, $5 start, $6 host, $7 pid, $8 version.
insert into job_runs (unit, command, token, scheduled_at, started_at, host, pid, version)
values ($1, $2, $3, $4, $5, $6, $7, $8)
returning id
