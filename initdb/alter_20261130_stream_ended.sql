-- The end of a producer or consumer, so that its status is right at once.
alter table stream_producers add column if not exists ended_at timestamptz;
alter table stream_consumers add column if not exists ended_at timestamptz;
comment on column stream_producers.ended_at is 'the process ended by itself or by a signal; null: it runs, or was killed';
comment on column stream_consumers.ended_at is 'the process ended by itself or by a signal; null: it runs, or was killed';
