-- The positions of consumer groups. $1: groups.
select consumer, topic, partition, next_offset
from stream_positions
where consumer = any ($1::text[])
order by consumer, topic, partition
