-- How far the exchanges disagree about a coin's price.
create or replace view price_consistency as
select coingecko_id, symbol, exchanges, lowest_usd, highest_usd, range_pct, volume_usd,
  case when range_pct > 5 and volume_usd > 1e6 then 'strong' when range_pct > 2 and volume_usd > 2e5 then 'moderate' when range_pct > 1 then 'weak' end as signal
from (
  select coingecko_id, min(symbol) as symbol, count(*) as exchanges, min(converted_last_usd) as lowest_usd, max(converted_last_usd) as highest_usd,
    (max(converted_last_usd) - min(converted_last_usd)) / min(converted_last_usd) * 100 as range_pct, sum(converted_volume_usd) as volume_usd
  from coin_exchange_quotes
  group by coingecko_id
  having count(*) > 1
) as ranges
order by range_pct desc;
comment on view price_consistency is 'Range of a coin''s price over exchanges, percent of the lowest; signal null: they agree within 1 percent';
