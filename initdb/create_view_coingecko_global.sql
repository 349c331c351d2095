-- The name under which the consumer reads coingecko_global_market_data.
create or replace view coingecko_global as
select id, active_cryptocurrencies, upcoming_icos, ongoing_icos, ended_icos, markets,
  total_market_cap_usd, total_market_cap_krw, total_market_cap_btc, total_market_cap_eth,
  total_volume_usd, total_volume_krw, total_volume_btc, total_volume_eth,
  btc_dominance, eth_dominance, bnb_dominance, xrp_dominance, ada_dominance, sol_dominance, doge_dominance,
  market_cap_change_percentage_24h_usd, market_cap_percentage_json, total_market_cap_json, total_volume_json,
  coingecko_updated_at, collected_at, created_at, updated_at
from coingecko_global_market_data;
comment on view coingecko_global is 'coingecko_global_market_data, by its other name';
