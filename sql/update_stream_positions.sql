-- Move positions of a consumer on, if they are what it expects. $1: consumer, $2: topic, $3: partitions, $4: expected
-- positions, $5: next positions. A partition that is not returned has another position.
update stream_positions as stored
set next_offset = n.next_offset, updated_at = pg_catalog.now()
from unnest($3::integer[], $4::bigint[], $5::bigint[]) as n (partition, expected, next_offset)
where stored.consumer = $1 and stored.topic = $2 and stored.partition = n.partition and stored.next_offset = n.expected
returning stored.partition
