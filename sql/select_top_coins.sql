-- query top-coins: coins by market capitalisation.
-- $1 limit (integer rows, 20): maximum number of rows
select market_cap_rank as rank, symbol, name, current_price_usd as price_usd, round(price_change_percentage_24h, 2) as change_24h_pct, market_cap_usd,
  total_volume_usd as volume_24h_usd, last_updated
from coingecko_id_mapping
where market_cap_rank is not null
order by market_cap_rank, coingecko_id
limit $1::integer
