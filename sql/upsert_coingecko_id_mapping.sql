-- Upsert coins by market capitalisation. $1: rows as JSON. A price, rank or supply of null becomes null; other nulls, and columns that a
-- row lacks, keep the stored value.
insert into coingecko_id_mapping (
  coingecko_id, symbol, name, image_url, current_price_usd, market_cap_usd, market_cap_rank, market_cap_rank_with_rehypothecated,
  total_volume_usd, price_change_percentage_24h, ath_usd, ath_date, atl_usd, atl_date, circulating_supply, total_supply, max_supply,
  last_updated
)
select
  coingecko_id, symbol, name, image_url, current_price_usd, market_cap_usd, market_cap_rank, market_cap_rank_with_rehypothecated,
  total_volume_usd, price_change_percentage_24h, ath_usd, ath_date, atl_usd, atl_date, circulating_supply, total_supply, max_supply,
  last_updated
from pg_catalog.jsonb_array_elements($1::jsonb) item,
  pg_catalog.jsonb_populate_record((
    select stored from coingecko_id_mapping stored where stored.coingecko_id = item ->> 'coingecko_id'::text
  ), item)
on conflict (coingecko_id) do update
set symbol = excluded.symbol,
    name = excluded.name,
    image_url = coalesce(excluded.image_url, coingecko_id_mapping.image_url),
    current_price_usd = excluded.current_price_usd,
    market_cap_usd = excluded.market_cap_usd,
    market_cap_rank = excluded.market_cap_rank,
    market_cap_rank_with_rehypothecated = excluded.market_cap_rank_with_rehypothecated,
    total_volume_usd = excluded.total_volume_usd,
    price_change_percentage_24h = excluded.price_change_percentage_24h,
    ath_usd = coalesce(excluded.ath_usd, coingecko_id_mapping.ath_usd),
    ath_date = coalesce(excluded.ath_date, coingecko_id_mapping.ath_date),
    atl_usd = coalesce(excluded.atl_usd, coingecko_id_mapping.atl_usd),
    atl_date = coalesce(excluded.atl_date, coingecko_id_mapping.atl_date),
    circulating_supply = excluded.circulating_supply,
    total_supply = excluded.total_supply,
    max_supply = excluded.max_supply,
    last_updated = excluded.last_updated,
    updated_at = now()
where (coingecko_id_mapping.last_updated > excluded.last_updated) is not true and (
  coingecko_id_mapping.symbol, coingecko_id_mapping.name, coingecko_id_mapping.image_url, coingecko_id_mapping.current_price_usd,
  coingecko_id_mapping.market_cap_usd, coingecko_id_mapping.market_cap_rank,
  coingecko_id_mapping.market_cap_rank_with_rehypothecated, coingecko_id_mapping.total_volume_usd,
  coingecko_id_mapping.price_change_percentage_24h, coingecko_id_mapping.ath_usd, coingecko_id_mapping.ath_date,
  coingecko_id_mapping.atl_usd, coingecko_id_mapping.atl_date, coingecko_id_mapping.circulating_supply,
  coingecko_id_mapping.total_supply, coingecko_id_mapping.max_supply, coingecko_id_mapping.last_updated
) is distinct from (
  excluded.symbol, excluded.name, coalesce(excluded.image_url, coingecko_id_mapping.image_url), excluded.current_price_usd,
  excluded.market_cap_usd, excluded.market_cap_rank, excluded.market_cap_rank_with_rehypothecated, excluded.total_volume_usd,
  excluded.price_change_percentage_24h, coalesce(excluded.ath_usd, coingecko_id_mapping.ath_usd),
  coalesce(excluded.ath_date, coingecko_id_mapping.ath_date), coalesce(excluded.atl_usd, coingecko_id_mapping.atl_usd),
  coalesce(excluded.atl_date, coingecko_id_mapping.atl_date), excluded.circulating_supply, excluded.total_supply,
  excluded.max_supply, excluded.last_updated
)
returning (xmax = 0) as inserted
