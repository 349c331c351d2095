-- Statistics of the whole crypto market, one row per instant at which the provider renewed them.
create table if not exists coingecko_global_market_data (
  id                       bigint generated always as identity unique,
  coingecko_updated_at     timestamptz primary key check (coingecko_updated_at >= '2009-01-03Z' and coingecko_updated_at < '2200-01-01Z'),
  active_cryptocurrencies  integer check (active_cryptocurrencies >= 0),
  upcoming_icos            integer check (upcoming_icos >= 0),
  ongoing_icos             integer check (ongoing_icos >= 0),
  ended_icos               integer check (ended_icos >= 0),
  markets                  integer check (markets >= 0),
  total_market_cap_usd     numeric check (total_market_cap_usd > 0 and total_market_cap_usd < 1e100),
  total_market_cap_krw     numeric check (total_market_cap_krw > 0 and total_market_cap_krw < 1e100),
  total_market_cap_btc     numeric check (total_market_cap_btc > 0 and total_market_cap_btc < 1e100),
  total_market_cap_eth     numeric check (total_market_cap_eth > 0 and total_market_cap_eth < 1e100),
  total_volume_usd         numeric check (total_volume_usd >= 0 and total_volume_usd < 1e100),
  total_volume_krw         numeric check (total_volume_krw >= 0 and total_volume_krw < 1e100),
  total_volume_btc         numeric check (total_volume_btc >= 0 and total_volume_btc < 1e100),
  total_volume_eth         numeric check (total_volume_eth >= 0 and total_volume_eth < 1e100),
  btc_dominance            numeric check (btc_dominance between 0 and 100),
  eth_dominance            numeric check (eth_dominance between 0 and 100),
  bnb_dominance            numeric check (bnb_dominance between 0 and 100),
  xrp_dominance            numeric check (xrp_dominance between 0 and 100),
  ada_dominance            numeric check (ada_dominance between 0 and 100),
  sol_dominance            numeric check (sol_dominance between 0 and 100),
  doge_dominance           numeric check (doge_dominance between 0 and 100),
  market_cap_change_percentage_24h_usd numeric check (abs(market_cap_change_percentage_24h_usd) < 1e100),
  volume_change_percentage_24h_usd     numeric check (abs(volume_change_percentage_24h_usd) < 1e100),
  market_cap_percentage_json jsonb check (jsonb_typeof(market_cap_percentage_json) = 'object'),
  total_market_cap_json    jsonb check (jsonb_typeof(total_market_cap_json) = 'object'),
  total_volume_json        jsonb check (jsonb_typeof(total_volume_json) = 'object'),
  collected_at             timestamptz not null check (collected_at >= '2009-01-03Z' and collected_at < '2200-01-01Z'),
  created_at               timestamptz not null default now(),
  updated_at               timestamptz not null default now()
);
create index if not exists coingecko_global_market_data_collected_at on coingecko_global_market_data (collected_at desc);
comment on table coingecko_global_market_data is 'Whole crypto market: capitalisation, volume, dominance';
comment on column coingecko_global_market_data.coingecko_updated_at is 'provider''s own instant: asked twice before it changes, there is still one row';
comment on column coingecko_global_market_data.markets is 'number of exchanges';
comment on column coingecko_global_market_data.btc_dominance is 'percent of the total market capitalisation; the others likewise, null outside the provider''s top list';
comment on column coingecko_global_market_data.market_cap_percentage_json is 'lower-case ticker to percent: the list of coins changes';
comment on column coingecko_global_market_data.total_market_cap_json is 'currency code to amount; total_volume_json likewise';
comment on column coingecko_global_market_data.collected_at is 'instant of the answer';
