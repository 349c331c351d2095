-- Append trades one by one, to find those that the table rejects. $1: rows as JSON. A stored trade stays unchanged.
insert into etf_realtime_prices (
  symbol, trade_id, price, volume, timestamp_ms, traded_at, trade_conditions, flag, source
)
select
  symbol, trade_id, price, volume, timestamp_ms, traded_at, trade_conditions, flag, source
from jsonb_populate_recordset(null::etf_realtime_prices, $1)
on conflict (traded_at, symbol, trade_id) do nothing
returning true as inserted
