-- The locks of running jobs. A lock is a lease: its holder renews it while it runs, and a lease that has ended counts as free.
create table if not exists job_locks (
  name     text primary key check (name <> ''),
  holder   text not null check (holder <> ''),
  process  jsonb not null,
  taken_at timestamptz not null default now(),
  until    timestamptz not null
);
comment on table job_locks is 'Jobs that run now: one run of a job and credential at a time, across processes and hosts';
comment on column job_locks.holder is 'a random mark of the run that holds the lock';
comment on column job_locks.process is 'host, pid and start of its process, by which a process of the same host sees that it has ended';
comment on column job_locks.until is 'end of the lease by the clock of the server; its holder renews it every few seconds';
