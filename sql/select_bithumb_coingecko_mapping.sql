-- query bithumb-coingecko-mapping: which coin each Bithumb market trades, with the evidence.
-- $1 status (all|verified|suspicious|unmatched|proposed, all): only pairs in this state
-- $2 limit (integer rows, 1000): maximum number of rows
select market_code, bithumb_korean_name as korean_name, coingecko_id, coingecko_name, status, match_method, match_score, market_cap_rank,
  name_similarity, price_gap_pct, notes
from bithumb_coingecko_mapping
where is_active and ($1 = 'all' or status = $1)
order by pg_catalog.array_position(array['suspicious', 'unmatched', 'proposed', 'verified'], status), market_cap_rank nulls last, market_code
limit $2::integer
