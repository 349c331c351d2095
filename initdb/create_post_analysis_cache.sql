-- Impact of a post on the prices of assets, in stages: it is finished only when every window has passed.
create table if not exists post_analysis_cache (
  id              bigint generated always as identity primary key,
  post_id         text not null check (post_id !~ '[\u0001-\u0020\u007f-\u00a0]' and length(post_id) between 1 and 100),
  post_source     text not null check (post_source in ('x', 'truth_social_posts', 'truth_social_trends')),
  post_timestamp  timestamptz not null check (post_timestamp >= '2006-01-01Z' and post_timestamp < '2200-01-01Z'),
  author_username text not null check (author_username ~ '[^\u0001-\u0020\u00a0\u3000]'),
  affected_assets jsonb check (jsonb_typeof(affected_assets) = 'array'),
  market_data     jsonb check (jsonb_typeof(market_data) = 'object'),
  price_analysis  jsonb check (jsonb_typeof(price_analysis) = 'object'),
  volume_analysis jsonb check (jsonb_typeof(volume_analysis) = 'object'),
  analysis_status text not null default 'pending' check (analysis_status in ('pending', 'complete', 'partial', 'failed')),
  stage           text not null default 'pending' check (stage in ('pending', '1h', '12h', '24h', 'final')),
  attempts        integer not null default 0 check (attempts >= 0),
  next_due        timestamptz check (next_due >= '1970-01-01Z' and next_due < '2200-01-01Z'),
  error_message   text,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (post_id, post_source)
);
create index if not exists post_analysis_cache_post_timestamp on post_analysis_cache (post_timestamp desc);
create index if not exists post_analysis_cache_post_source on post_analysis_cache (post_source);
create index if not exists post_analysis_cache_analysis_status on post_analysis_cache (analysis_status);
create index if not exists post_analysis_cache_next_due on post_analysis_cache (next_due) where stage <> 'final';
create index if not exists post_analysis_cache_affected_assets on post_analysis_cache using gin (affected_assets);
comment on table post_analysis_cache is 'Market impact per post';
comment on column post_analysis_cache.affected_assets is 'array of {symbol, source, priority, matched_keyword?, volatility_score?}';
comment on column post_analysis_cache.market_data is 'symbol to {price_timeline, data_source, asset_info}; the bars themselves are in trade_bars';
comment on column post_analysis_cache.price_analysis is 'symbol to {base_price, 1h_change, 12h_change, 24h_change or next_day_change}, percent';
comment on column post_analysis_cache.volume_analysis is 'symbol to {total_volume_before_1h, total_volume_after_1h, volume_change_pct_1h}';
comment on column post_analysis_cache.stage is 'last window analysed';
comment on column post_analysis_cache.next_due is 'when the next window can be analysed';
