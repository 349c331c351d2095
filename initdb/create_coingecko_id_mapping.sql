-- Coins as CoinGecko lists them by market capitalisation: id, ticker, price, supply. The identity of a coin is its id.
create table if not exists coingecko_id_mapping (
  coingecko_id        text primary key check (coingecko_id !~ '[\u0001-\u001f\u007f-\u009f]' and length(coingecko_id) between 1 and 200),
  symbol              text not null check (symbol !~ '[a-z\u0001-\u001f\u007f-\u009f]' and length(symbol) between 1 and 200 and symbol ~ '[^\u0001-\u0020\u00a0\u3000]'),
  name                text not null check (name ~ '[^\u0001-\u0020\u00a0\u3000]'),
  image_url           text check (image_url <> ''),
  current_price_usd   numeric check (current_price_usd > 0 and current_price_usd < 1e100),
  market_cap_usd      numeric check (market_cap_usd > 0 and market_cap_usd < 1e100),
  market_cap_rank     integer check (market_cap_rank > 0),
  market_cap_rank_with_rehypothecated integer check (market_cap_rank_with_rehypothecated > 0),
  total_volume_usd    numeric check (total_volume_usd >= 0 and total_volume_usd < 1e100),
  price_change_percentage_24h numeric check (abs(price_change_percentage_24h) < 1e100),
  ath_usd             numeric check (ath_usd >= 0 and ath_usd < 1e100),
  ath_date            timestamptz check (ath_date >= '1970-01-01Z' and ath_date < '2200-01-01Z'),
  atl_usd             numeric check (atl_usd >= 0 and atl_usd < 1e100),
  atl_date            timestamptz check (atl_date >= '1970-01-01Z' and atl_date < '2200-01-01Z'),
  circulating_supply  numeric check (circulating_supply >= 0 and circulating_supply < 1e100),
  total_supply        numeric check (total_supply >= 0 and total_supply < 1e100),
  max_supply          numeric check (max_supply >= 0 and max_supply < 1e100),
  last_updated        timestamptz check (last_updated >= '2009-01-03Z' and last_updated < '2200-01-01Z'),
  created_at          timestamptz not null default now(),
  updated_at          timestamptz not null default now()
);
create index if not exists coingecko_id_mapping_symbol on coingecko_id_mapping (upper(symbol));
create index if not exists coingecko_id_mapping_market_cap_rank on coingecko_id_mapping (market_cap_rank);
create index if not exists coingecko_id_mapping_updated_at on coingecko_id_mapping (updated_at);
comment on table coingecko_id_mapping is 'Coins by market capitalisation; join by coingecko_id, never by symbol';
comment on column coingecko_id_mapping.symbol is 'upper case; not unique, may hold spaces and signs';
comment on column coingecko_id_mapping.current_price_usd is 'USD; null where there is none, never 0';
comment on column coingecko_id_mapping.market_cap_usd is 'USD; null where unknown: the provider''s 0 means that the supply is not verified';
comment on column coingecko_id_mapping.market_cap_rank is 'null when unranked: outside the list, or a wrapped, bridged or staked token';
comment on column coingecko_id_mapping.market_cap_rank_with_rehypothecated is 'rank that counts wrapped, bridged and staked tokens too';
comment on column coingecko_id_mapping.total_volume_usd is 'USD, trailing 24 hours';
comment on column coingecko_id_mapping.price_change_percentage_24h is 'percent: 3.12 is 3.12 percent';
comment on column coingecko_id_mapping.max_supply is 'coins; null: no cap, or unknown';
