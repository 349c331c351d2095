-- What collectors are known to have missed for good: the provider tells only what is now, and nobody asked.
create table if not exists collection_gaps (
  unit       text not null check (unit <> ''),
  began_at   timestamptz not null,
  ended_at   timestamptz not null check (ended_at > began_at),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (unit, began_at)
);
create index if not exists collection_gaps_ended_at on collection_gaps (ended_at desc);
comment on table collection_gaps is 'Spans without a snapshot although the schedule wanted some, by unit';
comment on column collection_gaps.began_at is 'the last answer before';
comment on column collection_gaps.ended_at is 'the first try after';
