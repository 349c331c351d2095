-- Derivatives of the newest batch, per underlying.
create or replace view derivatives_by_underlying as
select index_id, count(*) as contracts, count(distinct market) as exchanges,
  avg(funding_rate) as funding_rate_average, count(*) filter (where funding_rate > 0) as funding_positive, count(*) filter (where funding_rate < 0) as funding_negative,
  sum(open_interest_usd) as open_interest_usd, sum(volume_24h_usd) as volume_24h_usd, avg(basis) as basis_average, max(collected_at) as collected_at
from coingecko_derivatives
where batch_id = (select max(batch_id) from coingecko_derivatives)
group by index_id
order by sum(open_interest_usd) desc nulls last;
comment on view derivatives_by_underlying is 'Newest batch of derivatives per underlying; funding and basis in percent';
