-- One premium for the query kimchi-premium and the view kimchi_premium: won prices against world prices, converted with the won price of USDT.
create or replace function kimchi_premiums(market text, exchange text, max_age_hours numeric, apart_minutes numeric, history boolean, days integer, at timestamptz)
returns table (
  coingecko_id text, market_code text, symbol text, korean_name text, coin_name text, rank integer, exchange_id text, krw numeric, korean_volume_usd numeric,
  korean_at timestamptz, usd numeric, global_volume_usd numeric, global_at timestamptz, quotes bigint, exchanges bigint, usdt_rate numeric, usdt_at timestamptz,
  bank_rate numeric, bank_at timestamptz, counted_to timestamptz, trouble text, premium_pct numeric, premium_bank_pct numeric
)
language sql stable
begin atomic
with parameters as (
  select $7 as at, make_interval(mins => ceil($4)::integer) as apart, make_interval(secs => ceil($3 * 3600)::integer) as max_age
), coins as (
  select distinct on (b.coingecko_id) b.coingecko_id, b.market_code, b.symbol, b.bithumb_korean_name as korean_name,
         coalesce(c.name, b.coingecko_name) as coin_name, coalesce(c.market_cap_rank, b.market_cap_rank) as rank
  from bithumb_coingecko_mapping b
  left join coingecko_id_mapping c using (coingecko_id)
  where b.status = 'verified' and b.is_active and b.market_code like 'KRW-%' and ($1 = 'all' or b.market_code = upper($1))
  order by b.coingecko_id, b.market_code
), korean as (
  -- The newest valid won price of each coin (and day). Within one hour, the exchange with the larger volume goes first.
  select distinct on (t.coingecko_id, case when $5 then (t.timestamp at time zone 'UTC')::date end)
         t.coingecko_id, t.exchange_id, t.timestamp as at, t.last_price as krw, t.converted_volume_usd as volume_usd
  from coingecko_tickers_bithumb_matched t
  cross join parameters
  where t.coingecko_id in (select coingecko_id from coins) and t.target = 'KRW' and t.exchange_id in ('upbit', 'bithumb', 'korbit', 'coinone', 'gopax')
    and ($2 = 'all' or t.exchange_id = $2) and t.last_price > 0 and t.is_anomaly is not true and t.is_stale is not true
    and t.timestamp <= parameters.at and (not $5 or t.timestamp > parameters.at - make_interval(days => $6))
  order by t.coingecko_id, case when $5 then (t.timestamp at time zone 'UTC')::date end, date_trunc('hour', t.timestamp) desc,
           t.converted_volume_usd desc nulls last, t.timestamp desc
), compared as (
  select coins.*, korean.exchange_id, korean.krw, korean.at as korean_at, korean.volume_usd as korean_volume_usd,
         world.usd, world.at as global_at, world.quotes, world.exchanges, world.volume_usd as global_volume_usd, usdt.rate as usdt_rate, usdt.at as usdt_at,
         bank.rate as bank_rate, bank.at as bank_at
  from coins
  cross join parameters
  left join korean using (coingecko_id)
  left join lateral (
    -- Volume-weighted median: the price up to which half of the volume was traded. A pair with several quotes, from another
    -- coin's page or another run, counts once, with the quote nearest in time to the won price.
    with near as (
      select distinct on (t.exchange_id, t.base, t.target) t.exchange_id, t.converted_last_usd, t.converted_volume_usd, t.timestamp
      from coingecko_tickers_bithumb_matched t
      where t.coingecko_id = korean.coingecko_id and t.exchange_id not in ('upbit', 'bithumb', 'korbit', 'coinone', 'gopax')
        and t.timestamp between korean.at - parameters.apart and korean.at + parameters.apart and t.timestamp <= parameters.at
        and t.converted_last_usd > 0 and t.converted_volume_usd > 0 and t.is_anomaly is not true and t.is_stale is not true
      order by t.exchange_id, t.base, t.target, abs(extract(epoch from t.timestamp - korean.at)), t.timestamp desc
    )
    select min(q.converted_last_usd) as usd, min(q.oldest) as at, min(q.quotes) as quotes, min(q.whole) as volume_usd,
           (select count(distinct near.exchange_id) from near) as exchanges
    from (
      select n.converted_last_usd, min(n.timestamp) over () as oldest, count(*) over () as quotes, sum(n.converted_volume_usd) over () as whole,
             sum(n.converted_volume_usd) over (order by n.converted_last_usd) as up_to
      from near n
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
      when not $5 and korean_at < parameters.at - parameters.max_age then format('the won price is %s hours old', floor(extract(epoch from parameters.at - korean_at) / 3600))
      when usd is null then format('no sound price in the world within %s minutes of it', $4)
      when not $5 and global_at < parameters.at - parameters.max_age then format('prices in the world are up to %s hours old', floor(extract(epoch from parameters.at - global_at) / 3600))
    end as trouble,
    case when $5 then korean_at else parameters.at end as counted_to
  from compared
  cross join parameters
)
select checked.coingecko_id, checked.market_code, checked.symbol, checked.korean_name, checked.coin_name, checked.rank, checked.exchange_id, checked.krw,
  checked.korean_volume_usd, checked.korean_at, checked.usd, checked.global_volume_usd, checked.global_at, checked.quotes, checked.exchanges,
  checked.usdt_rate, checked.usdt_at, checked.bank_rate, checked.bank_at, checked.counted_to, checked.trouble,
  case when checked.trouble is null and checked.coingecko_id = 'tether' then 0
       when checked.trouble is null then round((checked.krw / (checked.usd * checked.usdt_rate) - 1) * 100, 4) end,
  case when checked.trouble is null then round((checked.krw / (checked.usd * checked.bank_rate) - 1) * 100, 4) end
from checked;
end;
comment on function kimchi_premiums is 'Korea premium per coin in percent: premium_pct by the won price of USDT, premium_bank_pct by the won rate of the dollar';

create or replace view kimchi_premium as
select p.coingecko_id, p.symbol, p.coin_name, p.rank as market_cap_rank, p.exchange_id as korean_exchange, p.krw / p.usdt_rate as korean_price_usd,
  p.korean_volume_usd, p.korean_at, p.usd as global_price_usd, p.global_volume_usd, p.exchanges as global_exchanges, p.global_at as global_oldest_at,
  p.premium_pct
from (select max(timestamp) as at from coingecko_tickers_bithumb_matched) as newest
cross join lateral kimchi_premiums('all', 'all', 48, 60, false, 0, newest.at) as p
where p.premium_pct is not null
order by p.rank nulls last, p.coingecko_id;
comment on view kimchi_premium is 'Korea premium per coin in percent as of the newest quote: the figures of fin query kimchi-premium';
comment on column kimchi_premium.premium_pct is 'percent, by the won price of USDT';
comment on view kimchi_premium_upbit_binance is 'Upbit against Binance in percent, both in the dollars of CoinGecko: another definition than kimchi_premium';
comment on column kimchi_premium_upbit_binance.premium_pct is 'percent, by the dollar rate of CoinGecko, not by the won price of USDT';
