-- The symbols of a gap: a producer subscribes again to some symbols at a time.
alter table stream_gaps add column if not exists symbols text[];
comment on column stream_gaps.symbols is 'targets that were not received; null: all of the feed or shard';
drop index if exists stream_gaps_socket;
create unique index stream_gaps_socket on stream_gaps (feed, coalesce(shard, 0), began_at, ended_at, coalesce(symbols[1], '')) where kind = 'socket';
