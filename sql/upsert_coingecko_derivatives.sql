-- Upsert derivatives contracts. $1: rows as JSON. A batch that is collected again is updated, never duplicated.
insert into coingecko_derivatives as d (
  batch_id, market, symbol, index_id, contract_type, expired_at, expiry, price, price_percentage_change_24h, index_price,
  basis, spread, funding_rate, open_interest_usd, volume_24h_usd, last_traded_at, collected_at
)
select
  batch_id, market, symbol, index_id, contract_type, expired_at, expiry, price, price_percentage_change_24h, index_price,
  basis, spread, funding_rate, open_interest_usd, volume_24h_usd, last_traded_at, collected_at
from jsonb_populate_recordset(null::coingecko_derivatives, $1)
on conflict (batch_id, market, symbol, contract_type, expiry) do update
set index_id = excluded.index_id,
    expired_at = excluded.expired_at,
    price = coalesce(excluded.price, d.price),
    price_percentage_change_24h = coalesce(excluded.price_percentage_change_24h, d.price_percentage_change_24h),
    index_price = coalesce(excluded.index_price, d.index_price),
    basis = coalesce(excluded.basis, d.basis),
    spread = coalesce(excluded.spread, d.spread),
    funding_rate = coalesce(excluded.funding_rate, d.funding_rate),
    open_interest_usd = coalesce(excluded.open_interest_usd, d.open_interest_usd),
    volume_24h_usd = coalesce(excluded.volume_24h_usd, d.volume_24h_usd),
    last_traded_at = coalesce(excluded.last_traded_at, d.last_traded_at),
    collected_at = excluded.collected_at,
    updated_at = now()
where (
  d.index_id, d.expired_at, d.price, d.price_percentage_change_24h, d.index_price, d.basis, d.spread, d.funding_rate,
  d.open_interest_usd, d.volume_24h_usd, d.last_traded_at
) is distinct from (
  excluded.index_id, excluded.expired_at, coalesce(excluded.price, d.price),
  coalesce(excluded.price_percentage_change_24h, d.price_percentage_change_24h), coalesce(excluded.index_price, d.index_price),
  coalesce(excluded.basis, d.basis), coalesce(excluded.spread, d.spread), coalesce(excluded.funding_rate, d.funding_rate),
  coalesce(excluded.open_interest_usd, d.open_interest_usd), coalesce(excluded.volume_24h_usd, d.volume_24h_usd),
  coalesce(excluded.last_traded_at, d.last_traded_at)
)
returning (xmax = 0) as inserted
