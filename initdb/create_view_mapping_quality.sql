-- How sound the mapping of Bithumb markets to coins is, in one row per status.
create or replace view mapping_quality as
select status, count(*) as markets, count(*) filter (where override) as overridden, avg(match_score) as score_average,
  avg(name_similarity) as name_similarity_average, avg(abs(price_gap_pct)) as price_gap_average_pct, count(price_gap_pct) as prices_compared
from bithumb_coingecko_mapping
group by status
order by status;
comment on view mapping_quality is 'Mapping of Bithumb markets by status';
