-- One trade, as the design stores it: a transaction for each message.
insert into sp500_websocket_trades (
  symbol, trade_id, price, volume, timestamp_ms, traded_at, trade_conditions, pod_index, pod_name, source
)
values ($1, $2, $3, $4, $5, to_timestamp($5::bigint / 1000.0::float8), $6, 1, 'bench', 'bench')
on conflict (traded_at, symbol, trade_id) do nothing
