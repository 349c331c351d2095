-- The newest regular trade of each symbol of the newest batch, found by its bar, so that no flagged trade is read.
select n.symbol, n.trade_id, n.price, n.volume, n.timestamp_ms, n.traded_at, n.trade_conditions, n.flag, n.source, n.category
from (
  select distinct g.symbol from top_gainers g
  where g.batch_id = (select pg_catalog.max(newest.batch_id) from top_gainers newest)
) c
cross join lateral (
  select b.close_at
  from trade_bars b
  where b.asset_class = 'mover' and b.symbol = c.symbol
  order by b.minute desc
  limit 1
) bar
cross join lateral (
  select t.*
  from finnhub_trades t
  where t.traded_at = bar.close_at and t.symbol = c.symbol and t.flag is null
  order by t.id desc
  limit 1
) n
