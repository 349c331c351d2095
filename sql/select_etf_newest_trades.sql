-- The newest regular trade of each fund.
select n.symbol, n.trade_id, n.price, n.volume, n.timestamp_ms, n.traded_at, n.trade_conditions, n.flag, n.source
from etf_basic_info c
cross join lateral (
  select t.*
  from etf_realtime_prices t
  where t.symbol = c.symbol and t.flag is null
  order by t.timestamp_ms desc, t.id desc
  limit 1
) n
where c.finnhub_enabled
