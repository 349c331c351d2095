-- How much of the mapped coins trades on each exchange.
create or replace view exchange_liquidity as
select exchange_id, min(exchange_name) as exchange_name, count(*) as coins, sum(converted_volume_usd) as volume_usd,
  avg(bid_ask_spread_percentage) as spread_average_pct, max(timestamp) as newest_at
from coin_exchange_quotes
group by exchange_id
order by sum(converted_volume_usd) desc;
comment on view exchange_liquidity is 'Coins, USD volume of 24 hours and mean spread per exchange';
