-- Quotes of Bithumb markets as they came, one row per market and instant; partitioned by month of the quote.
create table if not exists bithumb_ticker (
  id                    bigint generated always as identity,
  market                text not null check (market ~ '^[A-Z0-9]+-[^a-z\u0001-\u0020\u007f-\u00a0-]+$' and length(market) <= 60),
  trade_date            text check (trade_date ~ '^[0-9]{8}$'),
  trade_time            text check (trade_time ~ '^[0-9]{6}$'),
  trade_date_kst        text check (trade_date_kst ~ '^[0-9]{8}$'),
  trade_time_kst        text check (trade_time_kst ~ '^[0-9]{6}$'),
  trade_timestamp       bigint check (trade_timestamp between 1230940800000 and 7258118399999),
  opening_price         numeric check (opening_price >= 0 and opening_price < 1e100),
  high_price            numeric check (high_price >= 0 and high_price < 1e100),
  low_price             numeric check (low_price >= 0 and low_price < 1e100),
  trade_price           numeric not null check (trade_price > 0 and trade_price < 1e100),
  prev_closing_price    numeric check (prev_closing_price >= 0 and prev_closing_price < 1e100),
  change                text check (change in ('RISE', 'FALL', 'EVEN')),
  change_price          numeric check (change_price >= 0 and change_price < 1e100),
  change_rate           numeric check (change_rate >= 0 and change_rate < 1e100),
  signed_change_price   numeric check (abs(signed_change_price) < 1e100),
  signed_change_rate    numeric check (abs(signed_change_rate) < 1e100),
  trade_volume          numeric check (trade_volume >= 0 and trade_volume < 1e100),
  acc_trade_price       numeric check (acc_trade_price >= 0 and acc_trade_price < 1e100),
  acc_trade_price_24h   numeric check (acc_trade_price_24h >= 0 and acc_trade_price_24h < 1e100),
  acc_trade_volume      numeric check (acc_trade_volume >= 0 and acc_trade_volume < 1e100),
  acc_trade_volume_24h  numeric check (acc_trade_volume_24h >= 0 and acc_trade_volume_24h < 1e100),
  highest_52_week_price numeric check (highest_52_week_price >= 0 and highest_52_week_price < 1e100),
  highest_52_week_date  date check (highest_52_week_date between '2009-01-03' and '2199-12-31'),
  lowest_52_week_price  numeric check (lowest_52_week_price >= 0 and lowest_52_week_price < 1e100),
  lowest_52_week_date   date check (lowest_52_week_date between '2009-01-03' and '2199-12-31'),
  timestamp_field       bigint not null,
  quoted_at             timestamptz not null check (quoted_at >= '2009-01-03Z' and quoted_at < '2200-01-01Z'),
  source                text check (source <> ''),
  created_at            timestamptz not null default now(),
  updated_at            timestamptz not null default now(),
  constraint bithumb_ticker_quoted_at_is_timestamp_field check (extract(epoch from quoted_at) * 1000 = timestamp_field),
  primary key (market, timestamp_field, quoted_at)
) partition by range (quoted_at);
create table if not exists bithumb_ticker_default partition of bithumb_ticker default;
create index if not exists bithumb_ticker_timestamp_field on bithumb_ticker using brin (timestamp_field);
create index if not exists bithumb_ticker_quoted_at on bithumb_ticker using brin (quoted_at);
create index if not exists bithumb_ticker_created_at on bithumb_ticker using brin (created_at);
comment on table bithumb_ticker is 'Quotes of Bithumb markets, append-only; instants are true UTC whatever the answer said; prices in the quote currency of the market (KRW, BTC)';
comment on column bithumb_ticker.timestamp_field is 'instant of the quote, epoch milliseconds; the newest of a market is its latest quote';
comment on column bithumb_ticker.quoted_at is 'the same instant as timestamp_field: partitions need a plain timestamptz column; it determines nothing more in the key';
comment on column bithumb_ticker.trade_timestamp is 'instant of the last trade, epoch milliseconds, true UTC';
comment on column bithumb_ticker.trade_date is 'YYYYMMDD of the last trade, UTC; trade_time HHMMSS';
comment on column bithumb_ticker.change_rate is 'fraction without sign: 0.0106 is 1.06 percent';
comment on column bithumb_ticker.signed_change_rate is 'fraction with sign against the previous close (00:00 KST)';
comment on column bithumb_ticker.acc_trade_price is 'turnover since 00:00 KST in the quote currency; acc_trade_price_24h of the trailing day';
comment on column bithumb_ticker.acc_trade_volume is 'base units since 00:00 KST; acc_trade_volume_24h of the trailing day';
comment on column bithumb_ticker.created_at is 'instant of ingest';
