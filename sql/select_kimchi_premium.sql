-- query kimchi-premium: premium of coin prices in Korea over world prices, with the age of every input.
-- $1 market (text, all): only this Bithumb market, KRW-BTC
-- $2 exchange (all|upbit|bithumb|korbit|coinone|gopax, all): Korean exchange; all: the one with the larger volume
-- $3 max-age (number hours, 48): age after which a price is too old to be shown
-- $4 apart (number minutes, 60): maximum time between compared prices
-- $5 history (boolean, false): one row per coin and stored day (UTC), whatever its age
-- $6 days (integer days, 30): length of the history
-- $7 at (instant, now): instant from which ages are measured
-- $8 limit (integer rows, 1000): maximum number of rows
-- optional: bithumb_ticker
with parameters as (
  select $7::timestamptz as at, make_interval(mins => ceil($4::numeric)::integer) as apart, make_interval(secs => ceil($3::numeric * 3600)::integer) as max_age
), coins as (
  select distinct on (b.coingecko_id) b.coingecko_id, b.market_code, b.symbol, b.bithumb_korean_name as korean_name, coalesce(c.market_cap_rank, b.market_cap_rank) as rank
  from bithumb_coingecko_mapping b
  left join coingecko_id_mapping c using (coingecko_id)
  where b.status = 'verified' and b.is_active and b.market_code like 'KRW-%' and ($1 = 'all' or b.market_code = upper($1))
  order by b.coingecko_id, b.market_code
), korean as (
  -- The newest valid won price of each coin (and day). Within one hour, the exchange with the larger volume goes first.
  select distinct on (t.coingecko_id, case when $5::boolean then (t.timestamp at time zone 'UTC')::date end)
         t.coingecko_id, t.exchange_id, t.timestamp as at, t.last_price as krw
  from coingecko_tickers_bithumb_matched t
  cross join parameters
  where t.coingecko_id in (select coingecko_id from coins) and t.target = 'KRW' and t.exchange_id in ('upbit', 'bithumb', 'korbit', 'coinone', 'gopax')
    and ($2 = 'all' or t.exchange_id = $2) and t.last_price > 0 and t.is_anomaly is not true and t.is_stale is not true
    and t.timestamp <= parameters.at and (not $5::boolean or t.timestamp > parameters.at - make_interval(days => $6::integer))
  order by t.coingecko_id, case when $5::boolean then (t.timestamp at time zone 'UTC')::date end, date_trunc('hour', t.timestamp) desc,
           t.converted_volume_usd desc nulls last, t.timestamp desc
), compared as (
  select coins.*, korean.exchange_id, korean.krw, korean.at as korean_at, world.usd, world.at as global_at, world.quotes, usdt.rate as usdt_rate, usdt.at as usdt_at,
         bank.rate as bank_rate, bank.at as bank_at
  from coins
  cross join parameters
  left join korean using (coingecko_id)
  left join lateral (
    -- Volume-weighted median: the price up to which half of the volume was traded. A pair with several quotes, from another
    -- coin's page or another run, counts once, with the quote nearest in time to the won price.
    select min(q.converted_last_usd) as usd, min(q.oldest) as at, min(q.quotes) as quotes
    from (
      select p.converted_last_usd, min(p.timestamp) over () as oldest, count(*) over () as quotes, sum(p.converted_volume_usd) over () as whole,
             sum(p.converted_volume_usd) over (order by p.converted_last_usd) as up_to
      from (
        select distinct on (t.exchange_id, t.base, t.target) t.converted_last_usd, t.converted_volume_usd, t.timestamp
        from coingecko_tickers_bithumb_matched t
        where t.coingecko_id = korean.coingecko_id and t.exchange_id not in ('upbit', 'bithumb', 'korbit', 'coinone', 'gopax')
          and t.timestamp between korean.at - parameters.apart and korean.at + parameters.apart and t.timestamp <= parameters.at
          and t.converted_last_usd > 0 and t.converted_volume_usd > 0 and t.is_anomaly is not true and t.is_stale is not true
        order by t.exchange_id, t.base, t.target, abs(extract(epoch from t.timestamp - korean.at)), t.timestamp desc
      ) p
    ) q
    where q.up_to * 2 >= q.whole
  ) as world on true
  left join lateral (
    -- Won per USDT at that time. A quarter of an hour counts as the same time; the exchange of the won price goes first.
    select r.rate, r.at
    from (
      select t.last_price as rate, t.timestamp as at, t.exchange_id
      from coingecko_tickers_bithumb_matched t
      where t.coingecko_id = 'tether' and t.target = 'KRW' and t.exchange_id in ('upbit', 'bithumb', 'korbit', 'coinone', 'gopax')
        and t.timestamp between korean.at - parameters.apart and korean.at + parameters.apart and t.last_price > 0 and t.is_anomaly is not true and t.is_stale is not true
      union all
      select b.trade_price, b.quoted_at, 'bithumb: own quote'
      from bithumb_ticker b
      where b.market = 'KRW-USDT' and b.quoted_at between korean.at - parameters.apart and korean.at + parameters.apart
    ) r
    where r.at <= parameters.at
    order by greatest(abs(extract(epoch from r.at - korean.at)), 900), r.exchange_id = korean.exchange_id desc, abs(extract(epoch from r.at - korean.at)), r.exchange_id
    limit 1
  ) as usdt on true
  left join lateral (
    -- Won per dollar by CoinGecko: the ratio of the whole market in both currencies. Bank rates change once a day, so a day is near enough.
    select g.total_market_cap_krw / g.total_market_cap_usd as rate, g.coingecko_updated_at as at
    from coingecko_global_market_data g
    where g.coingecko_updated_at between korean.at - interval '1 day' and korean.at + interval '1 day' and g.coingecko_updated_at <= parameters.at
      and g.total_market_cap_krw > 0 and g.total_market_cap_usd > 0
    order by abs(extract(epoch from g.coingecko_updated_at - korean.at))
    limit 1
  ) as bank on true
), checked as (
  select compared.*,
    case
      when krw is null then 'no won price yet'
      when not $5::boolean and korean_at < parameters.at - parameters.max_age then format('the won price is %s hours old', floor(extract(epoch from parameters.at - korean_at) / 3600))
      when usd is null then format('no sound price in the world within %s minutes of it', $4)
      when not $5::boolean and global_at < parameters.at - parameters.max_age then format('prices in the world are up to %s hours old', floor(extract(epoch from parameters.at - global_at) / 3600))
    end as trouble,
    extract(epoch from case when $5::boolean then korean_at else parameters.at end) as counted_to
  from compared
  cross join parameters
)
select (korean_at at time zone 'UTC')::date as day, market_code as market, symbol, korean_name, rank, exchange_id as exchange, krw as price_krw,
  case when trouble is null then usd end as world_usd,
  case when trouble is null and coingecko_id = 'tether' then 0 when trouble is null then round((krw / (usd * usdt_rate) - 1) * 100, 4) end as premium_pct,
  case when trouble is null then round((krw / (usd * bank_rate) - 1) * 100, 4) end as premium_bank_pct,
  round(usdt_rate, 4) as krw_per_usdt, round(bank_rate, 4) as krw_per_usd, quotes as world_quotes,
  round((counted_to - extract(epoch from korean_at)) / 60, 1) as price_age_min, round((counted_to - extract(epoch from global_at)) / 60, 1) as world_age_min,
  round((counted_to - extract(epoch from usdt_at)) / 60, 1) as usdt_age_min, round((counted_to - extract(epoch from bank_at)) / 60, 1) as usd_age_min,
  coalesce(trouble, nullif(concat_ws('; ',
    case when usdt_rate is null and coingecko_id <> 'tether' then format('no USDT price within %s minutes of it', $4) end,
    case when bank_rate is null then 'no published won rate within a day of it' end), '')) as note
from checked
where not $5::boolean or korean_at is not null
order by case when $5::boolean then korean_at::date end desc nulls last, rank nulls last, market_code
limit $8::integer
