-- Store bars. $1: rows as JSON. A bar of the same minute is replaced. (A partitioned table has no xmax to return.)
insert into trade_bars (asset_class, symbol, minute, open, high, low, close, volume, turnover, trades, open_at, close_at)
select asset_class, symbol, minute, open, high, low, close, volume, turnover, trades, open_at, close_at
from jsonb_populate_recordset(null::trade_bars, $1)
order by asset_class, symbol, minute
on conflict (asset_class, symbol, minute) do update set
  open = excluded.open,
  high = excluded.high,
  low = excluded.low,
  close = excluded.close,
  volume = excluded.volume,
  turnover = excluded.turnover,
  trades = excluded.trades,
  open_at = excluded.open_at,
  close_at = excluded.close_at,
  updated_at = now()
where (
  trade_bars.open, trade_bars.high, trade_bars.low, trade_bars.close, trade_bars.volume, trade_bars.turnover,
  trade_bars.trades, trade_bars.open_at, trade_bars.close_at
) is distinct from (
  excluded.open, excluded.high, excluded.low, excluded.close, excluded.volume, excluded.turnover,
  excluded.trades, excluded.open_at, excluded.close_at
)
returning (created_at = updated_at) as inserted
