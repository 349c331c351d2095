-- One profile per coin. Its prices age with the profile: read current ones from coingecko_id_mapping.
create table if not exists coingecko_coin_details (
  coingecko_id                text primary key check (coingecko_id !~ '[\u0001-\u001f\u007f-\u009f]' and length(coingecko_id) between 1 and 200),
  symbol                      text not null check (symbol !~ '[a-z\u0001-\u001f\u007f-\u009f]' and length(symbol) between 1 and 200 and symbol ~ '[^\u0001-\u0020\u00a0\u3000]'),
  name                        text not null check (name ~ '[^\u0001-\u0020\u00a0\u3000]'),
  web_slug                    text check (web_slug <> ''),
  description_en              text,
  genesis_date                date check (genesis_date between '1970-01-01' and '2199-12-31'),
  country_origin              text check (country_origin <> ''),
  homepage_url                text check (homepage_url <> ''),
  blockchain_site             text check (blockchain_site <> ''),
  twitter_screen_name         text check (twitter_screen_name <> ''),
  facebook_username           text check (facebook_username <> ''),
  telegram_channel_identifier text check (telegram_channel_identifier <> ''),
  subreddit_url               text check (subreddit_url <> ''),
  github_repos                jsonb check (jsonb_typeof(github_repos) = 'object'),
  image_thumb                 text check (image_thumb <> ''),
  image_small                 text check (image_small <> ''),
  image_large                 text check (image_large <> ''),
  categories                  jsonb check (jsonb_typeof(categories) = 'array'),
  current_price_usd           numeric check (current_price_usd > 0 and current_price_usd < 1e100),
  current_price_krw           numeric check (current_price_krw > 0 and current_price_krw < 1e100),
  market_cap_usd              numeric check (market_cap_usd > 0 and market_cap_usd < 1e100),
  market_cap_rank             integer check (market_cap_rank > 0),
  total_volume_usd            numeric check (total_volume_usd >= 0 and total_volume_usd < 1e100),
  ath_usd                     numeric check (ath_usd >= 0 and ath_usd < 1e100),
  ath_change_percentage       numeric check (abs(ath_change_percentage) < 1e100),
  ath_date                    timestamptz check (ath_date >= '1970-01-01Z' and ath_date < '2200-01-01Z'),
  atl_usd                     numeric check (atl_usd >= 0 and atl_usd < 1e100),
  atl_change_percentage       numeric check (abs(atl_change_percentage) < 1e100),
  atl_date                    timestamptz check (atl_date >= '1970-01-01Z' and atl_date < '2200-01-01Z'),
  total_supply                numeric check (total_supply >= 0 and total_supply < 1e100),
  circulating_supply          numeric check (circulating_supply >= 0 and circulating_supply < 1e100),
  max_supply                  numeric check (max_supply >= 0 and max_supply < 1e100),
  price_change_24h_usd        numeric check (abs(price_change_24h_usd) < 1e100),
  price_change_percentage_24h numeric check (abs(price_change_percentage_24h) < 1e100),
  price_change_percentage_7d  numeric check (abs(price_change_percentage_7d) < 1e100),
  price_change_percentage_30d numeric check (abs(price_change_percentage_30d) < 1e100),
  community_score             numeric check (abs(community_score) < 1e100),
  twitter_followers           integer check (twitter_followers >= 0),
  reddit_subscribers          integer check (reddit_subscribers >= 0),
  telegram_channel_user_count integer check (telegram_channel_user_count >= 0),
  developer_score             numeric check (abs(developer_score) < 1e100),
  forks                       integer check (forks >= 0),
  stars                       integer check (stars >= 0),
  total_issues                integer check (total_issues >= 0),
  closed_issues               integer check (closed_issues >= 0),
  commit_count_4_weeks        integer check (commit_count_4_weeks >= 0),
  public_interest_score       numeric check (abs(public_interest_score) < 1e100),
  liquidity_score             numeric check (abs(liquidity_score) < 1e100),
  coingecko_last_updated      timestamptz check (coingecko_last_updated >= '1970-01-01Z' and coingecko_last_updated < '2200-01-01Z'),
  created_at                  timestamptz not null default now(),
  updated_at                  timestamptz not null default now()
);
create index if not exists coingecko_coin_details_symbol on coingecko_coin_details (upper(symbol));
create index if not exists coingecko_coin_details_market_cap_rank on coingecko_coin_details (market_cap_rank);
create index if not exists coingecko_coin_details_updated_at on coingecko_coin_details (updated_at);
create index if not exists coingecko_coin_details_categories on coingecko_coin_details using gin (categories);
comment on table coingecko_coin_details is 'Profiles of coins';
comment on column coingecko_coin_details.symbol is 'upper case, not unique: one coin per ticker is in coingecko_coin_details_primary';
comment on column coingecko_coin_details.description_en is 'HTML text';
comment on column coingecko_coin_details.current_price_usd is 'as of coingecko_last_updated; null where there is no market, never 0';
comment on column coingecko_coin_details.market_cap_usd is 'USD; null where unknown';
comment on column coingecko_coin_details.atl_change_percentage is 'percent above the low, can reach trillions';
comment on column coingecko_coin_details.ath_change_percentage is 'percent below the high';
comment on column coingecko_coin_details.max_supply is 'coins; null: no cap, or unknown';
comment on column coingecko_coin_details.developer_score is 'often absent now, like the other scores';
comment on column coingecko_coin_details.categories is 'array of text; may hold null';
comment on column coingecko_coin_details.github_repos is 'object of lists of repository addresses';
