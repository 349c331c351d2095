-- Append trades one by one, to find those that the table rejects. $1: rows as JSON. A stored trade stays unchanged.
insert into finnhub_trades (
  symbol, trade_id, price, volume, timestamp_ms, traded_at, trade_conditions, flag, source, category
)
select
  symbol, trade_id, price, volume, timestamp_ms, traded_at, trade_conditions, flag, source, category
from jsonb_populate_recordset(null::finnhub_trades, $1)
on conflict (traded_at, symbol, trade_id) do nothing
returning true as inserted
