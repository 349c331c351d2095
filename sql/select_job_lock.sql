-- Holder of the lock of a job; no row: it is free. $1: name.
select holder, process, until from job_locks where name = $1
