-- A bar of one minute for each symbol. $1: the minute, $2: symbols.
insert into trade_bars (
  asset_class, symbol, minute, open, high, low, close, volume, turnover, trades, open_at, close_at
)
select 'equity', symbol, $1, p, p, p, p, 10, 10 * p, 1, $1, $1
from unnest($2::text[]) symbol
cross join lateral (select 100 + (extract(epoch from $1::timestamptz) / 60 % 97 + length(symbol))::numeric(9, 2) as p) price
on conflict (asset_class, symbol, minute) do update set close = excluded.close, close_at = excluded.close_at
