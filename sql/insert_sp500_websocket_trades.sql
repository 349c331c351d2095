-- Append trades. A stored trade stays unchanged. One array for each column, trade_conditions as the text of an array:
-- $1 symbol, $2 trade_id, $3 price, $4 volume, $5 timestamp_ms, $6 trade_conditions, $7 flag, $8 source, $9 pod_index,
-- $10 pod_name.
insert into sp500_websocket_trades (
  symbol, trade_id, price, volume, timestamp_ms, trade_conditions, flag, source, pod_index, pod_name, traded_at
)
select
  n.symbol, n.trade_id, n.price, n.volume, n.timestamp_ms, n.trade_conditions::text[], n.flag, n.source, n.pod_index, n.pod_name,
  timestamptz 'epoch' + n.timestamp_ms::double precision * interval '1 millisecond'
from unnest(
  $1::text[], $2::text[], $3::numeric[], $4::numeric[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::integer[], $10::text[]
) as n (symbol, trade_id, price, volume, timestamp_ms, trade_conditions, flag, source, pod_index, pod_name)
on conflict (traded_at, symbol, trade_id) do nothing
