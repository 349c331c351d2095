-- Which coin a Bithumb market trades, with the evidence for it. Prices are not copied here: join coingecko_id_mapping.
create table if not exists bithumb_coingecko_mapping (
  id                   bigint generated always as identity unique,
  market_code          text primary key check (market_code ~ '^[A-Z0-9]+-[^a-z\u0001-\u0020\u007f-\u00a0-]+$' and length(market_code) <= 60),
  symbol               text not null check (symbol !~ '[a-z\u0001-\u0020\u007f-\u00a0-]' and length(symbol) between 1 and 40),
  bithumb_korean_name  text,
  bithumb_english_name text,
  coingecko_id         text check (coingecko_id !~ '[\u0001-\u001f\u007f-\u009f]' and length(coingecko_id) between 1 and 200),
  coingecko_name       text,
  status               text not null check (status in ('verified', 'suspicious', 'unmatched', 'proposed')),
  override             boolean not null default false,
  match_method         text not null check (match_method <> ''),
  match_score          numeric check (match_score between 0 and 100),
  market_cap_rank      integer check (market_cap_rank > 0),
  symbol_agrees        boolean,
  name_similarity      numeric check (name_similarity between 0 and 1),
  price_gap_pct        numeric check (abs(price_gap_pct) < 1e100),
  krw_per_usd          numeric check (krw_per_usd > 0 and krw_per_usd < 1e100),
  price_compared_at    timestamptz check (price_compared_at >= '2009-01-03Z' and price_compared_at < '2200-01-01Z'),
  candidates           jsonb check (jsonb_typeof(candidates) = 'array'),
  notes                text,
  is_verified          boolean generated always as (status = 'verified') stored,
  has_issues           boolean generated always as (status in ('suspicious', 'unmatched')) stored,
  is_active            boolean not null default true,
  verified_at          timestamptz check (verified_at >= '2009-01-03Z' and verified_at < '2200-01-01Z'),
  verified_by          text check (verified_by <> ''),
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now(),
  constraint bithumb_coingecko_mapping_matched_has_coin check (status = 'unmatched' or coingecko_id is not null)
);
create index if not exists bithumb_coingecko_mapping_coingecko_id on bithumb_coingecko_mapping (coingecko_id);
create index if not exists bithumb_coingecko_mapping_symbol on bithumb_coingecko_mapping (symbol);
create index if not exists bithumb_coingecko_mapping_verified on bithumb_coingecko_mapping (is_verified, match_score desc);
comment on table bithumb_coingecko_mapping is 'Bithumb market to CoinGecko coin, with evidence; a ticker alone proves nothing, tickers are shared by many coins';
comment on column bithumb_coingecko_mapping.status is 'verified: the evidence agrees, or an override; suspicious: it contradicts; unmatched: no coin; proposed: found by ticker or name, nobody has confirmed it';
comment on column bithumb_coingecko_mapping.override is 'set by the user''s file: never changed by evidence';
comment on column bithumb_coingecko_mapping.match_method is 'how the pair was found';
comment on column bithumb_coingecko_mapping.match_score is '0 to 100, computed from the evidence';
comment on column bithumb_coingecko_mapping.market_cap_rank is 'evidence: rank of the coin when the pair was last looked at; null when unranked';
comment on column bithumb_coingecko_mapping.name_similarity is 'evidence: 0 to 1, English name against the coin''s name';
comment on column bithumb_coingecko_mapping.price_gap_pct is 'evidence: percent by which the Bithumb price in USD lies above the CoinGecko price; null where one is missing';
comment on column bithumb_coingecko_mapping.krw_per_usd is 'rate used for price_gap_pct';
comment on column bithumb_coingecko_mapping.candidates is 'further coins that could be meant: array of {coingecko_id, name, market_cap_rank, ...}';
comment on column bithumb_coingecko_mapping.verified_by is 'the rule, or override; never a person''s name';
