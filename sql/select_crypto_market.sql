-- query crypto-market: the newest figures of the whole crypto market.
select coingecko_updated_at as at, active_cryptocurrencies as coins, markets, round(total_market_cap_usd) as market_cap_usd,
  round(total_volume_usd) as volume_24h_usd, round(market_cap_change_percentage_24h_usd, 2) as change_24h_pct,
  round(btc_dominance, 2) as btc_pct, round(eth_dominance, 2) as eth_pct
from coingecko_global_market_data
order by coingecko_updated_at desc
limit 1
