-- Upsert market-to-coin pairs with their evidence. $1: rows as JSON.
insert into bithumb_coingecko_mapping (
  market_code, symbol, bithumb_korean_name, bithumb_english_name, coingecko_id, coingecko_name, status, override, match_method,
  match_score, market_cap_rank, symbol_agrees, name_similarity, price_gap_pct, krw_per_usd, price_compared_at, candidates, notes,
  is_active, verified_at, verified_by
)
select
  market_code, symbol, bithumb_korean_name, bithumb_english_name, coingecko_id, coingecko_name, status, override, match_method,
  match_score, market_cap_rank, symbol_agrees, name_similarity, price_gap_pct, krw_per_usd, price_compared_at, candidates, notes,
  is_active, verified_at, verified_by
from jsonb_populate_recordset(null::bithumb_coingecko_mapping, $1)
on conflict (market_code) do update
set symbol = excluded.symbol,
    bithumb_korean_name = excluded.bithumb_korean_name,
    bithumb_english_name = excluded.bithumb_english_name,
    coingecko_id = excluded.coingecko_id,
    coingecko_name = excluded.coingecko_name,
    status = excluded.status,
    override = excluded.override,
    match_method = excluded.match_method,
    match_score = excluded.match_score,
    market_cap_rank = excluded.market_cap_rank,
    symbol_agrees = excluded.symbol_agrees,
    name_similarity = excluded.name_similarity,
    price_gap_pct = excluded.price_gap_pct,
    krw_per_usd = excluded.krw_per_usd,
    price_compared_at = excluded.price_compared_at,
    candidates = excluded.candidates,
    notes = excluded.notes,
    is_active = excluded.is_active,
    verified_at = case when bithumb_coingecko_mapping.status = excluded.status then coalesce(bithumb_coingecko_mapping.verified_at, excluded.verified_at) else excluded.verified_at end,
    verified_by = excluded.verified_by,
    updated_at = now()
where (
  bithumb_coingecko_mapping.symbol, bithumb_coingecko_mapping.bithumb_korean_name, bithumb_coingecko_mapping.bithumb_english_name,
  bithumb_coingecko_mapping.coingecko_id, bithumb_coingecko_mapping.coingecko_name, bithumb_coingecko_mapping.status,
  bithumb_coingecko_mapping.override, bithumb_coingecko_mapping.match_method, bithumb_coingecko_mapping.match_score,
  bithumb_coingecko_mapping.market_cap_rank, bithumb_coingecko_mapping.symbol_agrees, bithumb_coingecko_mapping.name_similarity,
  bithumb_coingecko_mapping.price_gap_pct, bithumb_coingecko_mapping.krw_per_usd, bithumb_coingecko_mapping.price_compared_at,
  bithumb_coingecko_mapping.candidates, bithumb_coingecko_mapping.notes, bithumb_coingecko_mapping.is_active,
  bithumb_coingecko_mapping.verified_by
) is distinct from (
  excluded.symbol, excluded.bithumb_korean_name, excluded.bithumb_english_name, excluded.coingecko_id, excluded.coingecko_name,
  excluded.status, excluded.override, excluded.match_method, excluded.match_score, excluded.market_cap_rank, excluded.symbol_agrees,
  excluded.name_similarity, excluded.price_gap_pct, excluded.krw_per_usd, excluded.price_compared_at, excluded.candidates,
  excluded.notes, excluded.is_active, excluded.verified_by
)
returning (xmax = 0) as inserted
