-- Renew the lock of a job. No row: another holder took it, because the lease had ended. $1: name, $2: holder, $3: length in seconds.
update job_locks set until = clock_timestamp() + make_interval(secs => $3) where name = $1 and holder = $2 returning holder
