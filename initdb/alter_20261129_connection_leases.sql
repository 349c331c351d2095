-- The lease of a socket is a lock in job_locks, so this table is not needed.
drop table if exists connection_leases;
