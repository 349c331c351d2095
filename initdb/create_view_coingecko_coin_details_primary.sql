-- One profile per ticker, of the largest coin; prices and ranks are the current ones, not those of the profile's day.
create or replace view coingecko_coin_details_primary as
select distinct on (upper(d.symbol)) d.coingecko_id, d.symbol, d.name, d.web_slug, d.description_en, d.genesis_date,
  d.country_origin, d.homepage_url, d.blockchain_site, d.twitter_screen_name, d.facebook_username,
  d.telegram_channel_identifier, d.subreddit_url, d.github_repos, d.image_thumb, d.image_small, d.image_large, d.categories,
  coalesce(m.current_price_usd, d.current_price_usd) as current_price_usd, d.current_price_krw,
  coalesce(m.market_cap_usd, d.market_cap_usd) as market_cap_usd,
  coalesce(m.market_cap_rank, d.market_cap_rank) as market_cap_rank,
  coalesce(m.total_volume_usd, d.total_volume_usd) as total_volume_usd, d.ath_usd, d.ath_change_percentage, d.ath_date,
  d.atl_usd, d.atl_change_percentage, d.atl_date, d.total_supply, d.circulating_supply, d.max_supply, d.price_change_24h_usd,
  d.price_change_percentage_24h, d.price_change_percentage_7d, d.price_change_percentage_30d, d.community_score,
  d.twitter_followers, d.reddit_subscribers, d.telegram_channel_user_count, d.developer_score, d.forks, d.stars,
  d.total_issues, d.closed_issues, d.commit_count_4_weeks, d.public_interest_score, d.liquidity_score,
  d.coingecko_last_updated, d.created_at, d.updated_at
from coingecko_coin_details d
left join coingecko_id_mapping m using (coingecko_id)
order by upper(d.symbol), coalesce(m.market_cap_rank, d.market_cap_rank) nulls last, d.coingecko_id;
comment on view coingecko_coin_details_primary is 'Profile of the largest coin of each ticker, with current price, market cap and rank';
