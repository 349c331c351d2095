-- The mapping with the volatile columns of the coin joined in, as the consumer knows it.
create or replace view bithumb_coingecko_mapping_compat as
select b.id, b.market_code, b.symbol, b.bithumb_korean_name, b.bithumb_english_name, b.coingecko_id,
  coalesce(c.name, b.coingecko_name) as coingecko_name, c.market_cap_rank, c.market_cap_usd, c.current_price_usd,
  b.match_method, b.match_score, b.is_verified, b.is_active, b.has_issues, b.notes, b.created_at, b.updated_at, b.verified_at, b.verified_by
from bithumb_coingecko_mapping b
left join coingecko_id_mapping c using (coingecko_id);
comment on view bithumb_coingecko_mapping_compat is 'bithumb_coingecko_mapping with the coin''s current rank, market cap and price';
