-- The newest regular trade of each fund, found by its bar, so that no flagged trade is read.
select n.symbol, n.trade_id, n.price, n.volume, n.timestamp_ms, n.traded_at, n.trade_conditions, n.flag, n.source
from etf_basic_info c
cross join lateral (
  select b.close_at
  from trade_bars b
  where b.asset_class = 'etf' and b.symbol = c.symbol
  order by b.minute desc
  limit 1
) bar
cross join lateral (
  select t.*
  from etf_realtime_prices t
  where t.traded_at = bar.close_at and t.symbol = c.symbol and t.flag is null
  order by t.id desc
  limit 1
) n
where c.finnhub_enabled
