-- Contracts of derivatives exchanges, one batch per run.
create table if not exists coingecko_derivatives (
  id                          bigint generated always as identity unique,
  batch_id                    text not null check (batch_id ~ '^[0-9]{8}_[0-9]{6}$'),
  market                      text not null check (market !~ '[\u0001-\u001f\u007f-\u009f]' and length(market) between 1 and 200),
  symbol                      text not null check (symbol !~ '[\u0001-\u001f\u007f-\u009f]' and length(symbol) between 1 and 200),
  index_id                    text not null check (index_id !~ '[a-z\u0001-\u001f\u007f-\u009f]' and length(index_id) between 1 and 100),
  contract_type               text not null check (contract_type in ('perpetual', 'futures')),
  expired_at                  timestamptz check (expired_at >= '1970-01-01Z' and expired_at < '2200-01-01Z'),
  expiry                      timestamptz generated always as (coalesce(expired_at, 'infinity'::timestamptz)) stored,
  price                       numeric check (price >= 0 and price < 1e100),
  price_percentage_change_24h numeric check (abs(price_percentage_change_24h) < 1e100),
  index_price                 numeric check (index_price >= 0 and index_price < 1e100),
  basis                       numeric check (abs(basis) < 1e100),
  spread                      numeric check (abs(spread) < 1e100),
  funding_rate                numeric check (abs(funding_rate) < 1e100),
  open_interest_usd           numeric check (open_interest_usd >= 0 and open_interest_usd < 1e100),
  volume_24h_usd              numeric check (volume_24h_usd >= 0 and volume_24h_usd < 1e100),
  last_traded_at              timestamptz check (last_traded_at >= '1970-01-01Z' and last_traded_at < '2200-01-01Z'),
  collected_at                timestamptz not null check (collected_at >= '1970-01-01Z' and collected_at < '2200-01-01Z'),
  created_at                  timestamptz not null default now(),
  updated_at                  timestamptz not null default now(),
  primary key (batch_id, market, symbol, contract_type, expiry)
);
create index if not exists coingecko_derivatives_batch_index on coingecko_derivatives (batch_id, index_id);
create index if not exists coingecko_derivatives_market on coingecko_derivatives (market);
create index if not exists coingecko_derivatives_collected_at on coingecko_derivatives (collected_at desc);
comment on table coingecko_derivatives is 'Derivatives contracts, by batch';
comment on column coingecko_derivatives.batch_id is 'YYYYMMDD_HHMMSS, UTC';
comment on column coingecko_derivatives.index_id is 'underlying as the provider writes it, upper case (BTC)';
comment on column coingecko_derivatives.symbol is 'contract as the exchange writes it';
comment on column coingecko_derivatives.expired_at is 'expiry; null for perpetuals';
comment on column coingecko_derivatives.expiry is 'expired_at, or infinity: part of the key, which may not hold null';
comment on column coingecko_derivatives.price is 'in quote units';
comment on column coingecko_derivatives.basis is 'percent, contract against index';
comment on column coingecko_derivatives.spread is 'percent';
comment on column coingecko_derivatives.funding_rate is 'percent per funding interval; null where absent, never 0 for it';
comment on column coingecko_derivatives.open_interest_usd is 'USD';
comment on column coingecko_derivatives.volume_24h_usd is 'USD';
