-- One-minute bars made from trades and quotes. One table for every asset class: one statement makes and one reads them.
create table if not exists trade_bars (
  asset_class text not null check (asset_class in ('equity', 'etf', 'crypto', 'mover')),
  symbol      text not null check (symbol !~ '[a-z\u0001-\u0020\u007f-\u00a0]' and length(symbol) between 1 and 60),
  minute      timestamptz not null check (minute >= '1970-01-01Z' and minute < '2200-01-01Z'),
  open        numeric not null check (open > 0 and open < 1e100),
  high        numeric not null check (high > 0 and high < 1e100),
  low         numeric not null check (low > 0 and low < 1e100),
  close       numeric not null check (close > 0 and close < 1e100),
  volume      numeric check (volume >= 0 and volume < 1e100),
  turnover    numeric check (turnover >= 0 and turnover < 1e100),
  trades      integer not null check (trades > 0),
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  constraint trade_bars_minute_is_whole check (date_trunc('minute', minute, 'UTC') = minute),
  constraint trade_bars_high_low check (low <= least(open, close) and high >= greatest(open, close)),
  primary key (asset_class, symbol, minute)
) partition by range (minute);
create table if not exists trade_bars_default partition of trade_bars default;
create index if not exists trade_bars_minute on trade_bars (minute desc);
comment on table trade_bars is 'One-minute bars by event time, kept for good';
comment on column trade_bars.asset_class is 'mover: trades of the movers'' stream, kept apart from equity so that one trade carried by both is not added twice';
comment on column trade_bars.symbol is 'crypto: the market code (KRW-BTC), so the quote currency is known; others: ticker, USD';
comment on column trade_bars.minute is 'start of the minute';
comment on column trade_bars.volume is 'shares or coins; null for quotes, which have no size of their own';
comment on column trade_bars.turnover is 'price times volume';
comment on column trade_bars.trades is 'trades (or quotes, for crypto) in this minute';
