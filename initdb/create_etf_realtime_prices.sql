-- Raw trades of funds as the socket delivered them; partitioned by month of the trade.
create table if not exists etf_realtime_prices (
  id               bigint generated always as identity,
  symbol           text not null check (symbol !~ '[a-z\u0001-\u0020\u007f-\u00a0]' and length(symbol) between 1 and 40),
  trade_id         text not null check (trade_id !~ '[\u0001-\u0020\u007f-\u00a0]' and length(trade_id) between 1 and 200),
  price            numeric not null check (price > 0 and price < 1e100),
  volume           numeric check (volume >= 0 and volume < 1e100),
  timestamp_ms     bigint not null,
  traded_at        timestamptz not null check (traded_at >= '1970-01-01Z' and traded_at < '2200-01-01Z'),
  trade_conditions text[],
  source           text check (source <> ''),
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  constraint etf_realtime_prices_traded_at_is_timestamp_ms check (extract(epoch from traded_at) * 1000 = timestamp_ms),
  primary key (traded_at, symbol, trade_id)
) partition by range (traded_at);
create table if not exists etf_realtime_prices_default partition of etf_realtime_prices default;
create index if not exists etf_realtime_prices_symbol_timestamp_ms on etf_realtime_prices (symbol, timestamp_ms desc);
create index if not exists etf_realtime_prices_timestamp_ms on etf_realtime_prices using brin (timestamp_ms);
create index if not exists etf_realtime_prices_created_at on etf_realtime_prices using brin (created_at);
create index if not exists etf_realtime_prices_symbol_created_at on etf_realtime_prices (symbol, created_at desc);
comment on table etf_realtime_prices is 'Trades of exchange-traded funds';
comment on column etf_realtime_prices.trade_id is 'identity given by the producer: two equal trades of one frame are two rows, a redelivery is none';
comment on column etf_realtime_prices.price is 'USD';
comment on column etf_realtime_prices.volume is 'size of this trade, shares; may be a fraction';
comment on column etf_realtime_prices.timestamp_ms is 'instant of the trade, epoch milliseconds; frames are not in time order';
comment on column etf_realtime_prices.traded_at is 'the same instant as timestamp_ms: partitions need a plain timestamptz column';
comment on column etf_realtime_prices.trade_conditions is 'the provider''s condition codes, stored, not interpreted; null where the frame has none';
comment on column etf_realtime_prices.created_at is 'instant of ingest; for prices in time order use traded_at';
