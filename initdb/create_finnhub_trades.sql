-- Raw trades of the day's movers as the socket delivered them; partitioned by month of the trade.
create table if not exists finnhub_trades (
  id               bigint generated always as identity,
  symbol           text not null check (symbol !~ '[a-z\u0001-\u0020\u007f-\u00a0]' and length(symbol) between 1 and 40),
  trade_id         text not null check (trade_id !~ '[\u0001-\u0020\u007f-\u00a0]' and length(trade_id) between 1 and 200),
  price            numeric not null check (price > 0 and price < 1e100),
  volume           numeric check (volume >= 0 and volume < 1e100),
  timestamp_ms     bigint not null,
  traded_at        timestamptz not null check (traded_at >= '1970-01-01Z' and traded_at < '2200-01-01Z'),
  trade_conditions text[],
  category         text check (category in ('top_gainers', 'top_losers', 'most_actively_traded')),
  source           text check (source <> ''),
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  constraint finnhub_trades_traded_at_is_timestamp_ms check (extract(epoch from traded_at) * 1000 = timestamp_ms),
  primary key (traded_at, symbol, trade_id)
) partition by range (traded_at);
create table if not exists finnhub_trades_default partition of finnhub_trades default;
create index if not exists finnhub_trades_symbol_timestamp_ms on finnhub_trades (symbol, timestamp_ms desc);
create index if not exists finnhub_trades_timestamp_ms on finnhub_trades using brin (timestamp_ms);
create index if not exists finnhub_trades_created_at on finnhub_trades using brin (created_at);
comment on table finnhub_trades is 'Trades of the symbols in top_gainers';
comment on column finnhub_trades.trade_id is 'identity given by the producer: two equal trades of one frame are two rows, a redelivery is none';
comment on column finnhub_trades.price is 'USD';
comment on column finnhub_trades.volume is 'size of this trade, shares; may be a fraction';
comment on column finnhub_trades.timestamp_ms is 'instant of the trade, epoch milliseconds; frames are not in time order';
comment on column finnhub_trades.traded_at is 'the same instant as timestamp_ms: partitions need a plain timestamptz column';
comment on column finnhub_trades.trade_conditions is 'the provider''s condition codes, stored, not interpreted; null where the frame has none';
comment on column finnhub_trades.created_at is 'instant of ingest; for prices in time order use traded_at';
