-- Upsert statistics of the whole market. $1: rows as JSON. A repeated answer without new values changes nothing. Amounts
-- arrive as text, so that no digit is lost, and are stored as JSON numbers. A column that a row lacks keeps the stored value.
insert into coingecko_global_market_data (
  coingecko_updated_at, active_cryptocurrencies, upcoming_icos, ongoing_icos, ended_icos, markets, total_market_cap_usd,
  total_market_cap_krw, total_market_cap_btc, total_market_cap_eth, total_volume_usd, total_volume_krw, total_volume_btc,
  total_volume_eth, btc_dominance, eth_dominance, bnb_dominance, xrp_dominance, ada_dominance, sol_dominance, doge_dominance,
  market_cap_change_percentage_24h_usd, volume_change_percentage_24h_usd, market_cap_percentage_json, total_market_cap_json,
  total_volume_json, collected_at
)
select
  coingecko_updated_at, active_cryptocurrencies, upcoming_icos, ongoing_icos, ended_icos, markets, total_market_cap_usd,
  total_market_cap_krw, total_market_cap_btc, total_market_cap_eth, total_volume_usd, total_volume_krw, total_volume_btc,
  total_volume_eth, btc_dominance, eth_dominance, bnb_dominance, xrp_dominance, ada_dominance, sol_dominance, doge_dominance,
  market_cap_change_percentage_24h_usd, volume_change_percentage_24h_usd,
  (select pg_catalog.jsonb_object_agg(e.key, e.value::numeric) from pg_catalog.jsonb_each_text(market_cap_percentage_json) e),
  (select pg_catalog.jsonb_object_agg(e.key, e.value::numeric) from pg_catalog.jsonb_each_text(total_market_cap_json) e),
  (select pg_catalog.jsonb_object_agg(e.key, e.value::numeric) from pg_catalog.jsonb_each_text(total_volume_json) e), collected_at
from pg_catalog.jsonb_array_elements($1::jsonb) item,
  pg_catalog.jsonb_populate_record((
    select stored from coingecko_global_market_data stored
    where stored.coingecko_updated_at = (item ->> 'coingecko_updated_at'::text)::timestamptz
  ), item)
on conflict (coingecko_updated_at) do update
set active_cryptocurrencies = excluded.active_cryptocurrencies,
    upcoming_icos = excluded.upcoming_icos,
    ongoing_icos = excluded.ongoing_icos,
    ended_icos = excluded.ended_icos,
    markets = excluded.markets,
    total_market_cap_usd = excluded.total_market_cap_usd,
    total_market_cap_krw = excluded.total_market_cap_krw,
    total_market_cap_btc = excluded.total_market_cap_btc,
    total_market_cap_eth = excluded.total_market_cap_eth,
    total_volume_usd = excluded.total_volume_usd,
    total_volume_krw = excluded.total_volume_krw,
    total_volume_btc = excluded.total_volume_btc,
    total_volume_eth = excluded.total_volume_eth,
    btc_dominance = excluded.btc_dominance,
    eth_dominance = excluded.eth_dominance,
    bnb_dominance = excluded.bnb_dominance,
    xrp_dominance = excluded.xrp_dominance,
    ada_dominance = excluded.ada_dominance,
    sol_dominance = excluded.sol_dominance,
    doge_dominance = excluded.doge_dominance,
    market_cap_change_percentage_24h_usd = excluded.market_cap_change_percentage_24h_usd,
    volume_change_percentage_24h_usd = excluded.volume_change_percentage_24h_usd,
    market_cap_percentage_json = excluded.market_cap_percentage_json,
    total_market_cap_json = excluded.total_market_cap_json,
    total_volume_json = excluded.total_volume_json,
    updated_at = now()
where (
  coingecko_global_market_data.active_cryptocurrencies, coingecko_global_market_data.upcoming_icos,
  coingecko_global_market_data.ongoing_icos, coingecko_global_market_data.ended_icos, coingecko_global_market_data.markets,
  coingecko_global_market_data.total_market_cap_usd, coingecko_global_market_data.total_market_cap_krw,
  coingecko_global_market_data.total_market_cap_btc, coingecko_global_market_data.total_market_cap_eth,
  coingecko_global_market_data.total_volume_usd, coingecko_global_market_data.total_volume_krw,
  coingecko_global_market_data.total_volume_btc, coingecko_global_market_data.total_volume_eth,
  coingecko_global_market_data.btc_dominance, coingecko_global_market_data.eth_dominance,
  coingecko_global_market_data.bnb_dominance, coingecko_global_market_data.xrp_dominance,
  coingecko_global_market_data.ada_dominance, coingecko_global_market_data.sol_dominance,
  coingecko_global_market_data.doge_dominance, coingecko_global_market_data.market_cap_change_percentage_24h_usd,
  coingecko_global_market_data.volume_change_percentage_24h_usd, coingecko_global_market_data.market_cap_percentage_json,
  coingecko_global_market_data.total_market_cap_json, coingecko_global_market_data.total_volume_json
) is distinct from (
  excluded.active_cryptocurrencies, excluded.upcoming_icos, excluded.ongoing_icos, excluded.ended_icos, excluded.markets,
  excluded.total_market_cap_usd, excluded.total_market_cap_krw, excluded.total_market_cap_btc, excluded.total_market_cap_eth,
  excluded.total_volume_usd, excluded.total_volume_krw, excluded.total_volume_btc, excluded.total_volume_eth,
  excluded.btc_dominance, excluded.eth_dominance, excluded.bnb_dominance, excluded.xrp_dominance, excluded.ada_dominance,
  excluded.sol_dominance, excluded.doge_dominance, excluded.market_cap_change_percentage_24h_usd,
  excluded.volume_change_percentage_24h_usd, excluded.market_cap_percentage_json, excluded.total_market_cap_json,
  excluded.total_volume_json
)
returning (xmax = 0) as inserted
