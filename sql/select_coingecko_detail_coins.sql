-- The thousand largest coins as targets, largest first: the first hundred are asked again after a week, the others after a month.
select coingecko_id as target, case when market_cap_rank <= 100 then '7 days' else '30 days' end as every
from coingecko_id_mapping
where market_cap_rank <= 1000
order by market_cap_rank, coingecko_id
