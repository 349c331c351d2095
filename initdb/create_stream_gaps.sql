-- What a stream is known to have missed: nothing is skipped in silence.
create table if not exists stream_gaps (
  id           bigint generated always as identity primary key,
  feed         text not null check (feed <> ''),
  kind         text not null check (kind in ('socket', 'offset')),
  shard        integer check (shard >= 1),
  topic        text check (topic <> ''),
  partition    integer check (partition >= 0),
  first_offset bigint check (first_offset >= 0),
  last_offset  bigint check (last_offset >= first_offset),
  began_at     timestamptz check (began_at >= '2009-01-03Z' and began_at < '2200-01-01Z'),
  ended_at     timestamptz check (ended_at >= began_at and ended_at < '2200-01-01Z'),
  why          text not null check (why <> ''),
  repaired_at  timestamptz,
  created_at   timestamptz not null default now(),
  check (kind <> 'offset' or (topic is not null and partition is not null and first_offset is not null)),
  check (kind <> 'socket' or began_at is not null)
);
create unique index if not exists stream_gaps_offset on stream_gaps (feed, topic, partition, first_offset) where kind = 'offset';
create unique index if not exists stream_gaps_socket on stream_gaps (feed, coalesce(shard, 0), began_at) where kind = 'socket';
create index if not exists stream_gaps_open on stream_gaps (feed, created_at desc) where repaired_at is null;
comment on table stream_gaps is 'Times without a socket, and offsets that were gone before they were read';
comment on column stream_gaps.ended_at is 'null: the gap is still open';
