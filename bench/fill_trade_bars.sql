-- The one-minute bars of all trades.
insert into trade_bars (
  asset_class, symbol, minute, open, high, low, close, volume, turnover, trades, open_at, close_at
)
select
  'equity', symbol, date_trunc('minute', traded_at), (array_agg(price order by traded_at, id))[1], max(price), min(price),
  (array_agg(price order by traded_at desc, id desc))[1], sum(volume), sum(price * volume), count(*), min(traded_at),
  max(traded_at)
from sp500_websocket_trades
where traded_at >= $1::timestamptz and traded_at < $2::timestamptz
group by symbol, date_trunc('minute', traded_at)
order by date_trunc('minute', traded_at), symbol
on conflict do nothing
