-- Append trades. One array for each column; trade_conditions as the text of an array. A stored trade stays unchanged.
insert into etf_realtime_prices (
  symbol, trade_id, price, volume, timestamp_ms, traded_at, trade_conditions, source
)
select
  n.symbol, n.trade_id, n.price, n.volume, n.timestamp_ms, n.traded_at, n.trade_conditions::text[], n.source
from unnest(
  $1::text[], $2::text[], $3::numeric[], $4::numeric[], $5::bigint[], $6::timestamptz[], $7::text[], $8::text[]
) as n (symbol, trade_id, price, volume, timestamp_ms, traded_at, trade_conditions, source)
on conflict (traded_at, symbol, trade_id) do nothing
