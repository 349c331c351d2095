-- Which world this database belongs to. One row for good: simulated and real data never share a database.
create table if not exists fin_world (
  only_row   boolean primary key default true check (only_row),
  world      text not null check (world in ('real', 'simulated')),
  created_at timestamptz not null default now()
);
comment on table fin_world is 'real or simulated: set when the database is first used, never changed';
