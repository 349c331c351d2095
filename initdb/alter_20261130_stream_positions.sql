-- The message before a position: another one in its place shows that the topic was deleted and made again.
alter table stream_positions add column if not exists last_offset bigint check (last_offset >= 0);
alter table stream_positions add column if not exists last_message_at timestamptz;
comment on column stream_positions.last_offset is 'offset of the message that was stored last; it does not count if next_offset was changed by hand';
comment on column stream_positions.last_message_at is 'timestamp of the message at last_offset';
