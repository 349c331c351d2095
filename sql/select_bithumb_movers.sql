-- query bithumb-movers: markets of Bithumb with the largest price moves since 00:00 in Seoul, then by turnover.
-- $1 quote (KRW|BTC, KRW): currency in which the market is quoted
-- $2 limit (integer rows, 20): maximum number of rows
select latest.market, listed.korean_name, listed.english_name, latest.trade_price as price, pg_catalog.round(latest.signed_change_rate * 100::numeric, 2) as change_pct,
  pg_catalog.round(latest.acc_trade_price_24h) as turnover_24h, listed.market_warning as warning, latest.quoted_at
from bithumb_ticker_latest as latest
join market_code_bithumb as listed on listed.market_code = latest.market
where listed.delisted_at is null and listed.quote = $1
order by pg_catalog.abs(latest.signed_change_rate) desc nulls last, latest.acc_trade_price_24h desc nulls last, latest.market
limit $2::integer
