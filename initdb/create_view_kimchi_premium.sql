-- Korea premium per coin: the Korean exchange with the larger volume against the plain mean of all others.
create or replace view kimchi_premium as
with korean as (
  select distinct on (coingecko_id) * from coin_exchange_quotes where exchange_id in ('upbit', 'bithumb') order by coingecko_id, converted_volume_usd desc
), others as (
  select coingecko_id, avg(converted_last_usd) as price_usd, sum(converted_volume_usd) as volume_usd, count(*) as exchanges, min(timestamp) as oldest
  from coin_exchange_quotes where exchange_id not in ('upbit', 'bithumb', 'korbit', 'coinone') group by coingecko_id
)
select k.coingecko_id, k.symbol, k.coin_name, k.market_cap_rank, k.exchange_id as korean_exchange, k.converted_last_usd as korean_price_usd,
  k.converted_volume_usd as korean_volume_usd, k.timestamp as korean_at, o.price_usd as global_price_usd, o.volume_usd as global_volume_usd,
  o.exchanges as global_exchanges, o.oldest as global_oldest_at, (k.converted_last_usd - o.price_usd) / o.price_usd * 100 as premium_pct
from korean k
join others o using (coingecko_id)
order by k.market_cap_rank nulls last, k.coingecko_id;
comment on view kimchi_premium is 'Korea premium per coin in percent, Korean exchange of the larger volume against the mean of the others';
