-- Record gaps of a stream. $1: gaps as JSON. A gap that is stored already stays unchanged.
insert into stream_gaps (feed, kind, shard, topic, partition, first_offset, last_offset, began_at, ended_at, symbols, why)
select feed, kind, shard, topic, partition, first_offset, last_offset, began_at, ended_at, symbols, why
from jsonb_populate_recordset(null::stream_gaps, $1)
on conflict do nothing
