-- Lock and read the positions of a consumer. $1: consumer, $2: topic, $3: partitions.
select
  partition,
  next_offset,
  -- The timestamp of the message before the position; null if it is not known.
  case when last_offset = next_offset - 1 then last_message_at end as last_message_at
from stream_positions
where consumer = $1 and topic = $2 and partition = any ($3::integer[])
order by partition
for update
