-- The newest regular trade of each symbol of the newest batch.
select n.symbol, n.trade_id, n.price, n.volume, n.timestamp_ms, n.traded_at, n.trade_conditions, n.flag, n.source, n.category
from (
  select distinct g.symbol from top_gainers g
  where g.batch_id = (select pg_catalog.max(newest.batch_id) from top_gainers newest)
) c
cross join lateral (
  select t.*
  from finnhub_trades t
  where t.symbol = c.symbol and t.flag is null
  order by t.timestamp_ms desc, t.id desc
  limit 1
) n
