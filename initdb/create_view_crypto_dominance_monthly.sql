-- Dominance of Bitcoin and Ethereum per month over the last twelve months that there are.
create or replace view crypto_dominance_monthly as
select (date_trunc('month', coingecko_updated_at at time zone 'UTC'))::date as month, count(*) as observations,
  avg(btc_dominance) as btc_average, min(btc_dominance) as btc_lowest, max(btc_dominance) as btc_highest, stddev_samp(btc_dominance) as btc_deviation,
  avg(eth_dominance) as eth_average, min(eth_dominance) as eth_lowest, max(eth_dominance) as eth_highest, stddev_samp(eth_dominance) as eth_deviation
from coingecko_global_market_data
where coingecko_updated_at > (select max(coingecko_updated_at) - interval '12 months' from coingecko_global_market_data)
group by 1
order by 1 desc;
comment on view crypto_dominance_monthly is 'Dominance per UTC month, in percent';
