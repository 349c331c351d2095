-- The run ledger: one row for every run of every unit.
create table if not exists job_runs (
  id             bigint generated always as identity primary key,
  unit           text not null check (unit <> ''),
  command        text not null,
  token          text,
  scheduled_at   timestamptz,
  started_at     timestamptz not null,
  finished_at    timestamptz,
  outcome        text not null default 'running'
    check (outcome in ('running', 'done', 'unchanged', 'nothing due', 'quota spent', 'partial', 'failed', 'interrupted', 'already running')),
  exit_code      integer check (exit_code between 0 and 255),
  rows_received  bigint not null default 0 check (rows_received >= 0),
  rows_inserted  bigint not null default 0 check (rows_inserted >= 0),
  rows_updated   bigint not null default 0 check (rows_updated >= 0),
  rows_rejected  bigint not null default 0 check (rows_rejected >= 0),
  requests       integer not null default 0 check (requests >= 0),
  requests_refused integer not null default 0 check (requests_refused >= 0),
  requests_failed  integer not null default 0 check (requests_failed >= 0),
  targets_done   integer not null default 0 check (targets_done >= 0),
  targets_failed integer not null default 0 check (targets_failed >= 0),
  targets_left   integer not null default 0 check (targets_left >= 0),
  next_at        timestamptz,
  message        text,
  host           text not null,
  pid            integer not null,
  version        text not null
);
create index if not exists job_runs_unit_started_at on job_runs (unit, started_at desc);
create index if not exists job_runs_started_at on job_runs (started_at desc);
comment on table job_runs is 'One row per run: what ran, for which firing, how it ended, what it did';
comment on column job_runs.next_at is 'When going on makes sense, if the run ended early: the next free place in the quota';
comment on column job_runs.outcome is 'running also marks a run whose process died; fin runs tells the two apart by host and pid';
