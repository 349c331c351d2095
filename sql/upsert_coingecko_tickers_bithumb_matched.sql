-- Upsert quotes of coins on exchanges. $1: rows as JSON. A repeated quote keeps the columns that were joined to it first, and
-- the stored value of a column that a row lacks. (A partitioned table has no xmax to return. A changed row has an updated_at after
-- the start of the transaction.)
insert into coingecko_tickers_bithumb_matched as t (
  coingecko_id, exchange_id, base, target, timestamp, market_code, symbol, coin_name, exchange_name, last_price, volume_24h,
  converted_last_usd, converted_volume_usd, trust_score, bid_ask_spread_percentage, last_traded_at, last_fetch_at, is_anomaly,
  is_stale, trade_url, coin_mcap_usd, match_method, market_cap_rank, korean_name, bithumb_price_krw, bithumb_quoted_at,
  price_change_percentage_24h, bithumb_change_pct
)
select
  coingecko_id, exchange_id, base, target, timestamp, market_code, symbol, coin_name, exchange_name, last_price, volume_24h,
  converted_last_usd, converted_volume_usd, trust_score, bid_ask_spread_percentage, last_traded_at, last_fetch_at, is_anomaly,
  is_stale, trade_url, coin_mcap_usd, match_method, market_cap_rank, korean_name, bithumb_price_krw, bithumb_quoted_at,
  price_change_percentage_24h, bithumb_change_pct
from pg_catalog.jsonb_array_elements($1::jsonb) item,
  pg_catalog.jsonb_populate_record((
    select stored from coingecko_tickers_bithumb_matched stored
    where stored.coingecko_id = item ->> 'coingecko_id'::text and stored.exchange_id = item ->> 'exchange_id'::text
      and stored.base = item ->> 'base'::text and stored.target = item ->> 'target'::text
      and stored.timestamp = (item ->> 'timestamp'::text)::timestamptz
  ), item)
on conflict (coingecko_id, exchange_id, base, target, timestamp) do update
set market_code = coalesce(excluded.market_code, t.market_code),
    symbol = coalesce(excluded.symbol, t.symbol),
    coin_name = coalesce(excluded.coin_name, t.coin_name),
    exchange_name = excluded.exchange_name,
    last_price = excluded.last_price,
    volume_24h = excluded.volume_24h,
    converted_last_usd = excluded.converted_last_usd,
    converted_volume_usd = excluded.converted_volume_usd,
    trust_score = coalesce(excluded.trust_score, t.trust_score),
    bid_ask_spread_percentage = excluded.bid_ask_spread_percentage,
    last_traded_at = excluded.last_traded_at,
    last_fetch_at = excluded.last_fetch_at,
    is_anomaly = excluded.is_anomaly,
    is_stale = excluded.is_stale,
    trade_url = coalesce(excluded.trade_url, t.trade_url),
    coin_mcap_usd = coalesce(excluded.coin_mcap_usd, t.coin_mcap_usd),
    match_method = coalesce(excluded.match_method, t.match_method),
    market_cap_rank = coalesce(excluded.market_cap_rank, t.market_cap_rank),
    korean_name = coalesce(excluded.korean_name, t.korean_name),
    bithumb_price_krw = coalesce(t.bithumb_price_krw, excluded.bithumb_price_krw),
    bithumb_quoted_at = coalesce(t.bithumb_quoted_at, excluded.bithumb_quoted_at),
    price_change_percentage_24h = coalesce(t.price_change_percentage_24h, excluded.price_change_percentage_24h),
    bithumb_change_pct = coalesce(t.bithumb_change_pct, excluded.bithumb_change_pct),
    updated_at = clock_timestamp()
where (
  t.market_code, t.symbol, t.coin_name, t.exchange_name, t.last_price, t.volume_24h, t.converted_last_usd,
  t.converted_volume_usd, t.trust_score, t.bid_ask_spread_percentage, t.last_traded_at, t.last_fetch_at, t.is_anomaly,
  t.is_stale, t.trade_url, t.coin_mcap_usd, t.match_method, t.market_cap_rank, t.korean_name, t.bithumb_price_krw,
  t.bithumb_quoted_at, t.price_change_percentage_24h, t.bithumb_change_pct
) is distinct from (
  coalesce(excluded.market_code, t.market_code), coalesce(excluded.symbol, t.symbol), coalesce(excluded.coin_name, t.coin_name),
  excluded.exchange_name, excluded.last_price, excluded.volume_24h, excluded.converted_last_usd,
  excluded.converted_volume_usd, coalesce(excluded.trust_score, t.trust_score), excluded.bid_ask_spread_percentage,
  excluded.last_traded_at, excluded.last_fetch_at, excluded.is_anomaly, excluded.is_stale,
  coalesce(excluded.trade_url, t.trade_url), coalesce(excluded.coin_mcap_usd, t.coin_mcap_usd),
  coalesce(excluded.match_method, t.match_method), coalesce(excluded.market_cap_rank, t.market_cap_rank),
  coalesce(excluded.korean_name, t.korean_name), coalesce(t.bithumb_price_krw, excluded.bithumb_price_krw),
  coalesce(t.bithumb_quoted_at, excluded.bithumb_quoted_at),
  coalesce(t.price_change_percentage_24h, excluded.price_change_percentage_24h),
  coalesce(t.bithumb_change_pct, excluded.bithumb_change_pct)
)
returning (created_at = updated_at) as inserted
