-- The producers of the feeds: each that runs, and the instant up to which it has delivered its frames.
create table if not exists stream_producers (
  feed           text not null check (feed <> ''),
  shard          integer not null check (shard >= 1),
  shards         integer not null check (shards >= shard),
  host           text not null check (host <> ''),
  pid            integer not null check (pid > 0),
  started_at     timestamptz not null,
  seen_at        timestamptz not null,
  connected_at   timestamptz,
  received_until timestamptz,
  received_later jsonb,
  last_event_at  timestamptz,
  frames         bigint not null default 0 check (frames >= 0),
  frames_rate    numeric check (frames_rate >= 0),
  rejected       bigint not null default 0 check (rejected >= 0),
  reconnects     bigint not null default 0 check (reconnects >= 0),
  primary key (feed, shards, shard)
);
comment on table stream_producers is 'The newest producer of each shard, for each number of shards that is or was in use';
comment on column stream_producers.connected_at is 'since when it is connected and subscribed; null: it is not';
comment on column stream_producers.received_until is 'all frames that arrived before this instant were delivered; the next producer records a gap from here';
comment on column stream_producers.received_later is 'target -> instant up to which its frames were delivered, of targets that a subscription which is not complete has reached; null: none';
comment on column stream_producers.last_event_at is 'arrival of the newest frame with data';
comment on column stream_producers.frames_rate is 'frames a second, since the update before';
