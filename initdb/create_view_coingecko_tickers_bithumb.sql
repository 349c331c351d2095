-- The name under which the consumer reads coingecko_tickers_bithumb_matched.
create or replace view coingecko_tickers_bithumb as
select id, market_code, coingecko_id, symbol, coin_name, base, target, exchange_name, exchange_id, last_price, volume_24h,
  converted_last_usd, converted_volume_usd, trust_score, bid_ask_spread_percentage, timestamp, last_traded_at, last_fetch_at,
  is_anomaly, is_stale, trade_url, coin_mcap_usd, match_method, market_cap_rank, created_at, updated_at
from coingecko_tickers_bithumb_matched;
comment on view coingecko_tickers_bithumb is 'coingecko_tickers_bithumb_matched, by its other name';
