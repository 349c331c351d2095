-- How far each consumer has stored each partition of a topic; written in the transaction of the rows.
create table if not exists stream_positions (
  consumer    text not null check (consumer <> ''),
  topic       text not null check (topic <> ''),
  partition   integer not null check (partition >= 0),
  next_offset bigint not null check (next_offset >= 0),
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  primary key (consumer, topic, partition)
);
comment on table stream_positions is 'The first offset that a consumer has not stored yet; what Kafka holds of it is for lag tools only';
