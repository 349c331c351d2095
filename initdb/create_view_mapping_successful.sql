-- Markets whose coin is verified, largest first.
create or replace view mapping_successful as
select b.market_code, b.symbol, b.bithumb_korean_name, b.coingecko_id, c.name as coingecko_name, c.market_cap_rank, b.match_method, b.match_score, b.price_gap_pct, b.verified_at
from bithumb_coingecko_mapping b
left join coingecko_id_mapping c using (coingecko_id)
where b.status = 'verified' and b.is_active
order by c.market_cap_rank nulls last, b.market_code;
comment on view mapping_successful is 'Bithumb markets with a verified coin';
