-- The first positions of a consumer. $1: consumer, $2: topic, $3: partitions, $4: first offsets. A stored position stays.
insert into stream_positions (consumer, topic, partition, next_offset)
select $1, $2, n.partition, n.next_offset
from unnest($3::integer[], $4::bigint[]) as n (partition, next_offset)
on conflict (consumer, topic, partition) do nothing
