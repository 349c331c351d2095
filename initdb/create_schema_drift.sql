-- Descriptive fields that no item of a job's answers has any more: rows are stored without them.
create table if not exists schema_drift (
  unit       text not null check (unit <> ''),
  source     text not null check (source <> ''),
  field      text not null check (field <> ''),
  since      timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (unit, source, field)
);
comment on table schema_drift is 'Fields that a provider no longer sends, by job; a field that returns is deleted here';
comment on column schema_drift.since is 'start of the first run in which no item had the field';
