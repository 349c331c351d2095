-- Take the lock of a job, if it is free, its lease has ended or $5 holds it. No row: another holder has it.
-- Returns the time of the server. $1: name, $2: holder, $3: its process as JSON, $4: length of the lease in seconds, $5: a holder that no longer exists, or null.
insert into job_locks as held (name, holder, process, until)
values ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))
on conflict (name) do update
set holder = excluded.holder, process = excluded.process, taken_at = excluded.taken_at, until = excluded.until
where held.until < clock_timestamp() or held.holder = $5
returning clock_timestamp() as instant
