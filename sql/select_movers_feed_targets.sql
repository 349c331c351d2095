-- The first 50 symbols of the newest batch of movers by rank, as targets, each with one category as its label.
select one.symbol as target, one.category as label
from (
  select distinct on (symbol) symbol, category, rank_position
  from top_gainers
  where batch_id = (select pg_catalog.max(newest.batch_id) from top_gainers newest)
  order by symbol, rank_position nulls last, category
) one
order by one.rank_position nulls last, one.category, one.symbol
limit 50
