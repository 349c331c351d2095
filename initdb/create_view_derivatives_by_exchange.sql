-- Derivatives of the newest batch, per exchange.
create or replace view derivatives_by_exchange as
select market, count(*) as contracts, count(distinct index_id) as underlyings,
  avg(funding_rate) as funding_rate_average, count(*) filter (where funding_rate > 0) as funding_positive, count(*) filter (where funding_rate < 0) as funding_negative,
  sum(open_interest_usd) as open_interest_usd, sum(volume_24h_usd) as volume_24h_usd, avg(basis) as basis_average, max(collected_at) as collected_at
from coingecko_derivatives
where batch_id = (select max(batch_id) from coingecko_derivatives)
group by market
order by sum(open_interest_usd) desc nulls last;
comment on view derivatives_by_exchange is 'Newest batch of derivatives per exchange; funding and basis in percent';
