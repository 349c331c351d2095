-- Move positions of a consumer on, if they are what it expects. $1: consumer, $2: topic, $3: partitions, $4: expected
-- positions, $5: next positions, $6: timestamps of the messages before these. A partition that is not returned has
-- another position.
update stream_positions as stored
set
  next_offset = n.next_offset,
  last_offset = n.next_offset - 1,
  last_message_at = n.last_message_at,
  updated_at = pg_catalog.now()
from
  unnest($3::integer[], $4::bigint[], $5::bigint[], $6::timestamptz[]) as n (
    partition,
    expected,
    next_offset,
    last_message_at
  )
where stored.consumer = $1 and stored.topic = $2 and stored.partition = n.partition and stored.next_offset = n.expected
returning stored.partition
