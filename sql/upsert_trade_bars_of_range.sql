-- Recompute the bars of a range from the stored trades and quotes. A minute without any keeps its bar, because bars are
-- kept longer than trades; a minute of flagged trades alone loses it. Equal bars are not written. A candle of a
-- provider (trades is null) stays: it holds trades that are not stored.
-- $1: begin, $2: end, both whole minutes; $3: symbols, null for all. The transaction has locked trade_bars against
-- writers before, in a statement of its own. A trade that another transaction stores is then either visible here, with
-- its bar, or added to its bar after this transaction.
-- compared: the number of bars that were compared. fate: inserted, updated or deleted; null if all bars agree.
with made as materialized (
  select * from bars_of_range($1::timestamptz, $2::timestamptz, $3::text[])
), deleted as (
  delete from trade_bars as bar
  using made
  where made.trades = 0 and bar.trades is not null and bar.asset_class = made.asset_class and bar.symbol = made.symbol and bar.minute = made.minute
  returning bar.*
), written as (
  insert into trade_bars as bar (
    asset_class, symbol, minute, open, high, low, close, volume, turnover, trades, open_at, close_at
  )
  select asset_class, symbol, minute, open, high, low, close, volume, turnover, trades, open_at, close_at
  from made
  where trades > 0
  order by asset_class, symbol, minute
  on conflict (asset_class, symbol, minute) do update
  set open = excluded.open,
      high = excluded.high,
      low = excluded.low,
      close = excluded.close,
      volume = excluded.volume,
      turnover = excluded.turnover,
      trades = excluded.trades,
      open_at = excluded.open_at,
      close_at = excluded.close_at,
      updated_at = now()
  where bar.trades is not null and (
    bar.open, bar.high, bar.low, bar.close, bar.volume, bar.turnover, bar.trades, bar.open_at, bar.close_at
  ) is distinct from (
    excluded.open, excluded.high, excluded.low, excluded.close, excluded.volume, excluded.turnover, excluded.trades,
    excluded.open_at, excluded.close_at
  )
  returning bar.*
), changed as (
  select *, 'deleted' as fate from deleted
  union all
  -- a partitioned table has no xmax to return
  select *, case when created_at = now() then 'inserted' else 'updated' end from written
)
select
  counted.compared, changed.asset_class, changed.symbol, changed.minute, changed.open, changed.high, changed.low, changed.close,
  changed.volume, changed.turnover, changed.trades, changed.open_at, changed.close_at, changed.fate
from (select count(*) filter (where trades > 0) as compared from made) as counted
left join changed on true
order by changed.asset_class, changed.symbol, changed.minute
