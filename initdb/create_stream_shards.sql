-- Which shard of a feed carries which target. A stored assignment stays, so another list of targets moves none of them.
create table if not exists stream_shards (
  feed       text not null check (feed <> ''),
  shards     integer not null check (shards >= 1),
  target     text not null check (target <> ''),
  shard      integer not null check (shard between 1 and shards),
  created_at timestamptz not null default now(),
  primary key (feed, shards, target)
);
comment on table stream_shards is 'Targets of each shard, for each number of shards that is or was in use';
