-- Adds the quotes of one statement to trade_bars, as add_trade_bars does with trades. Quotes have no volume of their own.
create or replace function add_quote_bars() returns trigger language plpgsql set search_path from current as $$
begin
  insert into trade_bars as bar (asset_class, symbol, minute, open, high, low, close, trades, open_at, close_at)
  select
    'crypto', added.market, added.minute, added.prices[1], added.high, added.low, added.prices[added.quotes],
    added.quotes, added.open_at, added.close_at
  from (
    select
      market, pg_catalog.date_trunc('minute', quoted_at, 'UTC') as minute,
      pg_catalog.array_agg(trade_price order by quoted_at, id) as prices,
      pg_catalog.max(trade_price) as high, pg_catalog.min(trade_price) as low, pg_catalog.count(*)::integer as quotes,
      pg_catalog.min(quoted_at) as open_at, pg_catalog.max(quoted_at) as close_at
    from added_quotes
    group by market, pg_catalog.date_trunc('minute', quoted_at, 'UTC')
  ) as added
  order by added.market, added.minute
  on conflict (asset_class, symbol, minute) do update
  set open = case when excluded.open_at < bar.open_at then excluded.open else bar.open end,
      high = greatest(bar.high, excluded.high),
      low = least(bar.low, excluded.low),
      close = case when excluded.close_at >= bar.close_at then excluded.close else bar.close end,
      trades = bar.trades + excluded.trades,
      open_at = least(bar.open_at, excluded.open_at),
      close_at = greatest(bar.close_at, excluded.close_at),
      updated_at = pg_catalog.now();
  return null;
end
$$;
comment on function add_quote_bars() is 'Adds the quotes of one statement to trade_bars';
