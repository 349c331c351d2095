-- The thousand largest coins as targets, largest first: the first hundred are requested again after a week, the others after a month. If
-- a quota is too small for both, the first hundred still come first: ordered by age alone, they would wait behind all the others.
select coingecko_id as target, case when market_cap_rank <= 100 then '7 days' else '30 days' end as every, case when market_cap_rank <= 100 then 0 else 1 end as priority
from coingecko_id_mapping
where market_cap_rank <= 1000
order by market_cap_rank, coingecko_id
