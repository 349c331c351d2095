-- Append trades. A stored trade stays unchanged. One array for each column, trade_conditions as the text of an array:
-- $1 symbol, $2 trade_id, $3 price, $4 volume, $5 timestamp_ms, $6 trade_conditions, $7 flag, $8 source.
insert into etf_realtime_prices (
  symbol, trade_id, price, volume, timestamp_ms, trade_conditions, flag, source, traded_at
)
select
  n.symbol, n.trade_id, n.price, n.volume, n.timestamp_ms, n.trade_conditions::text[], n.flag, n.source,
  timestamptz 'epoch' + n.timestamp_ms::double precision * interval '1 millisecond'
from unnest(
  $1::text[], $2::text[], $3::numeric[], $4::numeric[], $5::bigint[], $6::text[], $7::text[], $8::text[]
) as n (symbol, trade_id, price, volume, timestamp_ms, trade_conditions, flag, source)
on conflict (traded_at, symbol, trade_id) do nothing
