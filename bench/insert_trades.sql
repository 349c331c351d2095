-- The reference statement for the rate of trades: all rows of a transaction as arrays. A trade's conditions are one text, such as {1,12}.
insert into sp500_websocket_trades (
  symbol, trade_id, price, volume, timestamp_ms, traded_at, trade_conditions, pod_index, pod_name, source
)
select symbol, trade_id, price, volume, ms, to_timestamp(ms / 1000.0::float8), conditions::text[], 1, 'bench', 'bench'
from unnest($1::text[], $2::text[], $3::numeric[], $4::numeric[], $5::bigint[], $6::text[]) as trade (symbol, trade_id, price, volume, ms, conditions)
on conflict (traded_at, symbol, trade_id) do nothing
