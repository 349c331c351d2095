-- Clear the rank of coins that are no longer on this page of the ranking. $1: rows of the page as JSON, $2: instant of the answer.
with page as (
  select coingecko_id, market_cap_rank from jsonb_populate_recordset(null::coingecko_id_mapping, $1)
)
update coingecko_id_mapping c
set market_cap_rank = null, updated_at = now()
where $2::timestamptz is not null
  and c.market_cap_rank between (select min(market_cap_rank) from page) and (select max(market_cap_rank) from page)
  and c.coingecko_id not in (select coingecko_id from page)
