-- Adds the trades of one statement to trade_bars, in the transaction that stores them. A trade that was stored before is
-- not among them, so each trade counts once. Flagged trades are left out. Open changes only for an earlier trade, close
-- for a later one or one of the same instant that is stored later. Bars are written in the order of their keys, so that
-- two consumers cannot deadlock. Argument of the trigger: asset_class.
create or replace function add_trade_bars() returns trigger language plpgsql set search_path from current as $$
begin
  insert into trade_bars as bar (
    asset_class, symbol, minute, open, high, low, close, volume, turnover, trades, open_at, close_at
  )
  select
    tg_argv[0], added.symbol, added.minute, added.prices[1], added.high, added.low, added.prices[added.trades],
    added.volume, added.turnover, added.trades, added.open_at, added.close_at
  from (
    select
      symbol, pg_catalog.date_trunc('minute', traded_at, 'UTC') as minute,
      pg_catalog.array_agg(price order by traded_at, id) as prices, pg_catalog.max(price) as high, pg_catalog.min(price) as low,
      pg_catalog.sum(volume) as volume, pg_catalog.sum(price * volume) as turnover, pg_catalog.count(*)::integer as trades,
      pg_catalog.min(traded_at) as open_at, pg_catalog.max(traded_at) as close_at
    from added_trades
    where flag is null
    group by symbol, pg_catalog.date_trunc('minute', traded_at, 'UTC')
  ) as added
  order by added.symbol, added.minute
  on conflict (asset_class, symbol, minute) do update
  set open = case when excluded.open_at < bar.open_at then excluded.open else bar.open end,
      high = greatest(bar.high, excluded.high),
      low = least(bar.low, excluded.low),
      close = case when excluded.close_at >= bar.close_at then excluded.close else bar.close end,
      -- the sum of the volumes that are known
      volume = coalesce(bar.volume + excluded.volume, bar.volume, excluded.volume),
      turnover = coalesce(bar.turnover + excluded.turnover, bar.turnover, excluded.turnover),
      trades = bar.trades + excluded.trades,
      open_at = least(bar.open_at, excluded.open_at),
      close_at = greatest(bar.close_at, excluded.close_at),
      updated_at = pg_catalog.now();
  return null;
end
$$;
comment on function add_trade_bars() is 'Adds the trades of one statement to trade_bars; argument: asset_class';
