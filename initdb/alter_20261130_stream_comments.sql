-- Comments of the tables of streams.
comment on table stream_gaps is 'Times without a connection, and offsets of Kafka that were deleted before they were read';
comment on table stream_positions is 'The first offset of each partition that a consumer group has not stored; Kafka holds a copy for tools that show the lag';
comment on table stream_consumers is 'One row per consumer process; deleted a day after it was last seen';
comment on table stream_shards is 'The shard of each target, for each number of shards that is or was in use';
comment on column stream_producers.connected_at is 'instant of the connection and subscription; null: it is not connected';
