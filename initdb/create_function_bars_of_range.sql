-- The bars that the stored trades and quotes of whole minutes give. A bar of flagged trades alone has no trades.
create or replace function bars_of_range(since timestamptz, until timestamptz, symbols text[])
returns table (
  asset_class text, symbol text, minute timestamptz, open numeric, high numeric, low numeric, close numeric, volume numeric,
  turnover numeric, trades integer, open_at timestamptz, close_at timestamptz
)
language sql stable
begin atomic
with stored as (
  select 'equity' as asset_class, symbol, traded_at as at, id, price, volume, flag is null as is_regular
  from sp500_websocket_trades where traded_at >= $1 and traded_at < $2 and ($3 is null or symbol = any ($3))
  union all
  select 'mover', symbol, traded_at, id, price, volume, flag is null
  from finnhub_trades where traded_at >= $1 and traded_at < $2 and ($3 is null or symbol = any ($3))
  union all
  select 'etf', symbol, traded_at, id, price, volume, flag is null
  from etf_realtime_prices where traded_at >= $1 and traded_at < $2 and ($3 is null or symbol = any ($3))
  union all
  select 'crypto', market, quoted_at, id, trade_price, null, true
  from bithumb_ticker where quoted_at >= $1 and quoted_at < $2 and ($3 is null or market = any ($3))
), bar as (
  select
    asset_class, symbol, date_trunc('minute', at, 'UTC') as minute,
    array_agg(price order by at, id) filter (where is_regular) as prices,
    max(price) filter (where is_regular) as high,
    min(price) filter (where is_regular) as low,
    sum(volume) filter (where is_regular) as volume,
    sum(price * volume) filter (where is_regular) as turnover,
    (count(*) filter (where is_regular))::integer as trades,
    min(at) filter (where is_regular) as open_at,
    max(at) filter (where is_regular) as close_at
  from stored
  group by asset_class, symbol, date_trunc('minute', at, 'UTC')
)
select
  asset_class, symbol, minute, prices[1], high, low, prices[trades], volume, turnover, trades, open_at, close_at
from bar;
end;
comment on function bars_of_range(timestamptz, timestamptz, text[]) is 'The bars that the stored trades and quotes of whole minutes give; symbols null: all. A bar of flagged trades alone has trades 0';
