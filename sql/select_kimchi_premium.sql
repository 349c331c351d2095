-- query kimchi-premium: premium of coin prices in Korea over world prices, by the won price of USDT and by the bank rate, with the age of every input.
-- $1 market (text, all): only this Bithumb market, such as KRW-BTC
-- $2 exchange (all|upbit|bithumb|korbit|coinone|gopax, all): Korean exchange; all: the one with the larger volume
-- $3 max-age (number hours, 48): age after which a price is too old to be shown
-- $4 apart (number minutes, 60): maximum time between compared prices
-- $5 history (boolean, false): one row per coin and stored day (UTC), whatever its age
-- $6 days (integer days, 30): length of the history
-- $7 at (instant, now): instant from which ages are measured
-- $8 limit (integer rows, 1000): maximum number of rows
-- optional: bithumb_ticker
select (korean_at at time zone 'UTC')::date as day, market_code as market, symbol, korean_name, rank, exchange_id as exchange, krw as price_krw,
  case when trouble is null then usd end as world_usd, premium_pct, premium_bank_pct,
  pg_catalog.round(usdt_rate, 4) as krw_per_usdt, pg_catalog.round(bank_rate, 4) as krw_per_usd, quotes as world_quotes,
  pg_catalog.round(extract(epoch from counted_to - korean_at) / 60::numeric, 1) as price_age_min, pg_catalog.round(extract(epoch from counted_to - global_at) / 60::numeric, 1) as world_age_min,
  pg_catalog.round(extract(epoch from counted_to - usdt_at) / 60::numeric, 1) as usdt_age_min, pg_catalog.round(extract(epoch from counted_to - bank_at) / 60::numeric, 1) as usd_age_min,
  coalesce(trouble, nullif(pg_catalog.concat_ws('; ',
    case when usdt_rate is null and coingecko_id <> 'tether' then pg_catalog.format('no USDT price within %s minutes of it', $4) end,
    case when bank_rate is null then 'no published won rate within a day of it' end), '')) as note
from kimchi_premiums($1, $2, $3::numeric, $4::numeric, $5::boolean, $6::integer, $7::timestamptz)
where not $5::boolean or korean_at is not null
order by case when $5::boolean then korean_at::date end desc nulls last, rank nulls last, market_code
limit $8::integer
