-- Release the lock of a job, if this holder still has it. $1: name, $2: holder.
delete from job_locks where name = $1 and holder = $2
