-- Daily means of the crypto market over the last seven days that there are, with the trend in words.
create or replace view crypto_market_trend as
select day, total_market_cap_usd, total_volume_usd, btc_dominance, change_24h,
  case when change_24h > 5 then 'strong bullish' when change_24h > 2 then 'bullish' when change_24h > -2 then 'sideways'
    when change_24h > -5 then 'bearish' when change_24h is not null then 'strong bearish' end as trend
from (
  select (coingecko_updated_at at time zone 'UTC')::date as day, avg(total_market_cap_usd) as total_market_cap_usd, avg(total_volume_usd) as total_volume_usd,
    avg(btc_dominance) as btc_dominance, avg(market_cap_change_percentage_24h_usd) as change_24h
  from coingecko_global_market_data
  where coingecko_updated_at > (select max(coingecko_updated_at) - interval '7 days' from coingecko_global_market_data)
  group by 1
) as daily
order by day desc;
comment on view crypto_market_trend is 'Crypto market per UTC day, seven days up to the newest row; change in percent';
