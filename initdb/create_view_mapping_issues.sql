-- Markets whose coin is in doubt or unknown, also listed ones that nobody has mapped.
create or replace view mapping_issues as
select m.market_code, coalesce(b.status, 'not mapped') as status, m.base as symbol, m.korean_name, m.english_name, b.coingecko_id, b.coingecko_name,
  b.match_score, b.name_similarity, b.price_gap_pct, b.candidates, b.notes
from market_code_bithumb m
left join bithumb_coingecko_mapping b using (market_code)
where m.quote = 'KRW' and m.delisted_at is null and b.status is distinct from 'verified'
order by m.market_code;
comment on view mapping_issues is 'Listed KRW markets without a verified coin';
