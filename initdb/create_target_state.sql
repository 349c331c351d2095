-- What each unit knows of each thing it asks about: when, how it went, where to go on.
create table if not exists target_state (
  unit         text not null check (unit <> ''),
  target       text not null check (target <> ''),
  last_attempt timestamptz,
  last_success timestamptz,
  failures     integer not null default 0 check (failures >= 0),
  next_due     timestamptz,
  cursor       jsonb,
  status       text not null default 'active' check (status in ('active', 'unknown')),
  note         text,
  primary key (unit, target)
);
create index if not exists target_state_next_due on target_state (unit, next_due);
comment on table target_state is 'Progress per unit and target; written in the transaction of the rows, so a killed run goes on exactly there';
comment on column target_state.failures is 'failed attempts since the last success; the pause before the next grows with it';
comment on column target_state.status is 'unknown: the provider does not know this target; it is asked again only after a long pause';
