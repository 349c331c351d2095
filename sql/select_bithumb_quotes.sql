-- query bithumb-quotes: the newest quotes of Bithumb's markets, the latest first.
-- $1 quote (KRW|BTC, KRW): currency in which the market is quoted
-- $2 limit (integer rows, 20): maximum number of rows
select latest.market, listed.korean_name, listed.english_name, latest.trade_price as price,
  pg_catalog.round(latest.signed_change_rate * 100::numeric, 2) as change_pct, latest.quoted_at, latest.trade_volume as volume
from bithumb_ticker_latest as latest
join market_code_bithumb as listed on listed.market_code = latest.market
where listed.delisted_at is null and listed.quote = $1
order by latest.quoted_at desc, latest.market
limit $2::integer
