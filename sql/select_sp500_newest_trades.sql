-- The newest regular trade of each member.
select n.symbol, n.trade_id, n.price, n.volume, n.timestamp_ms, n.traded_at, n.trade_conditions, n.flag, n.source, n.pod_index, n.pod_name
from sp500_companies c
cross join lateral (
  select t.*
  from sp500_websocket_trades t
  where t.symbol = c.symbol and t.flag is null
  order by t.timestamp_ms desc, t.id desc
  limit 1
) n
where c.is_member
