-- The rows of insert_trades.sql and the position of the consumer, in one transaction. $7: the topic, $8: its next offset.
with position as (
  insert into stream_positions (consumer, topic, partition, next_offset) values ('yardstick', $7, 0, $8)
  on conflict (consumer, topic, partition) do update set next_offset = excluded.next_offset, updated_at = now()
)
insert into sp500_websocket_trades (
  symbol, trade_id, price, volume, timestamp_ms, traded_at, trade_conditions, pod_index, pod_name, source
)
select symbol, trade_id, price, volume, ms, to_timestamp(ms / 1000.0::float8), conditions::text[], 1, 'bench', 'bench'
from unnest($1::text[], $2::text[], $3::numeric[], $4::numeric[], $5::bigint[], $6::text[]) as trade (symbol, trade_id, price, volume, ms, conditions)
on conflict (traded_at, symbol, trade_id) do nothing
