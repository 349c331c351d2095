-- Lock and read the positions of a consumer. $1: consumer, $2: topic, $3: partitions.
select partition, next_offset
from stream_positions
where consumer = $1 and topic = $2 and partition = any ($3::integer[])
order by partition
for update
