-- The crypto market now, in one row: size, dominance, and what they mean by the consumer's thresholds.
create or replace view crypto_overview as
select coingecko_updated_at, active_cryptocurrencies, markets, total_market_cap_usd, total_volume_usd, market_cap_change_percentage_24h_usd,
  btc_dominance, eth_dominance, btc_dominance + eth_dominance as btc_eth_dominance, 100 - btc_dominance - eth_dominance as altcoin_share,
  case when total_market_cap_usd > 3e12 then 'bull' when total_market_cap_usd > 1.5e12 then 'stable' when total_market_cap_usd is not null then 'bear' end as market_phase,
  case when btc_dominance > 60 then 'high' when btc_dominance > 45 then 'normal' when btc_dominance is not null then 'altseason' end as btc_dominance_label
from coingecko_global_market_data
order by coingecko_updated_at desc
limit 1;
comment on view crypto_overview is 'Newest state of the whole crypto market; shares in percent';
