-- Quotes of mapped coins on exchanges, the base of the Korea premium; partitioned by month of the quote.
create table if not exists coingecko_tickers_bithumb_matched (
  id                        bigint generated always as identity,
  coingecko_id              text not null check (coingecko_id !~ '[\u0001-\u001f\u007f-\u009f]' and length(coingecko_id) between 1 and 200),
  exchange_id               text not null check (exchange_id !~ '[\u0001-\u001f\u007f-\u009f]' and length(exchange_id) between 1 and 100),
  base                      text not null check (base !~ '[\u0001-\u001f\u007f-\u009f]' and length(base) between 1 and 200),
  target                    text not null check (target !~ '[\u0001-\u001f\u007f-\u009f]' and length(target) between 1 and 200),
  timestamp                 timestamptz not null check (timestamp >= '1970-01-01Z' and timestamp < '2200-01-01Z'),
  market_code               text check (market_code ~ '^[A-Z0-9]+-[^a-z\u0001-\u0020\u007f-\u00a0-]+$' and length(market_code) <= 60),
  symbol                    text check (symbol !~ '[a-z\u0001-\u001f\u007f-\u009f]' and length(symbol) between 1 and 200),
  coin_name                 text,
  exchange_name             text not null check (exchange_name ~ '[^\u0001-\u0020\u00a0\u3000]'),
  last_price                numeric check (last_price > 0 and last_price < 1e100),
  volume_24h                numeric check (volume_24h >= 0 and volume_24h < 1e100),
  converted_last_usd        numeric check (converted_last_usd >= 0 and converted_last_usd < 1e100),
  converted_volume_usd      numeric check (converted_volume_usd >= 0 and converted_volume_usd < 1e100),
  trust_score               text check (trust_score in ('green', 'yellow', 'red')),
  bid_ask_spread_percentage numeric check (abs(bid_ask_spread_percentage) < 1e100),
  last_traded_at            timestamptz check (last_traded_at >= '1970-01-01Z' and last_traded_at < '2200-01-01Z'),
  last_fetch_at             timestamptz check (last_fetch_at >= '1970-01-01Z' and last_fetch_at < '2200-01-01Z'),
  is_anomaly                boolean,
  is_stale                  boolean,
  trade_url                 text,
  coin_mcap_usd             numeric check (coin_mcap_usd > 0 and coin_mcap_usd < 1e100),
  match_method              text check (match_method <> ''),
  market_cap_rank           integer check (market_cap_rank > 0),
  created_at                timestamptz not null default now(),
  updated_at                timestamptz not null default now(),
  primary key (coingecko_id, exchange_id, base, target, timestamp)
) partition by range (timestamp);
create table if not exists coingecko_tickers_bithumb_matched_default partition of coingecko_tickers_bithumb_matched default;
create index if not exists coingecko_tickers_bithumb_matched_symbol_exchange on coingecko_tickers_bithumb_matched (symbol, exchange_id, created_at desc) where converted_last_usd is not null;
create index if not exists coingecko_tickers_bithumb_matched_market_cap_rank on coingecko_tickers_bithumb_matched (market_cap_rank);
create index if not exists coingecko_tickers_bithumb_matched_timestamp on coingecko_tickers_bithumb_matched using brin (timestamp);
comment on table coingecko_tickers_bithumb_matched is 'Exchange quotes per mapped coin and pair';
comment on column coingecko_tickers_bithumb_matched.timestamp is 'instant of the quote';
comment on column coingecko_tickers_bithumb_matched.symbol is 'ticker of the coin, upper case';
comment on column coingecko_tickers_bithumb_matched.base is 'base of the pair; the contract address for pairs of decentralised exchanges';
comment on column coingecko_tickers_bithumb_matched.exchange_id is 'CoinGecko''s id: Coinbase is gdax, Bybit is bybit_spot';
comment on column coingecko_tickers_bithumb_matched.last_price is 'in target';
comment on column coingecko_tickers_bithumb_matched.volume_24h is 'in base';
comment on column coingecko_tickers_bithumb_matched.converted_last_usd is 'USD';
comment on column coingecko_tickers_bithumb_matched.converted_volume_usd is 'USD, 24 hours; no ceiling';
comment on column coingecko_tickers_bithumb_matched.trust_score is 'now mostly null: do not filter on it';
comment on column coingecko_tickers_bithumb_matched.bid_ask_spread_percentage is 'percent';
comment on column coingecko_tickers_bithumb_matched.coin_mcap_usd is 'USD; null where unknown, never 0';
comment on column coingecko_tickers_bithumb_matched.market_code is 'Bithumb market of the coin; null where only the answer is known';
