-- Upsert holdings of funds by day. $1: rows as JSON.
insert into etf_holdings (
  etf_symbol, as_of, holding, symbol, description, weight
)
select
  etf_symbol, as_of, holding, symbol, description, weight
from jsonb_populate_recordset(null::etf_holdings, $1)
on conflict (etf_symbol, as_of, holding) do update
set symbol = coalesce(excluded.symbol, etf_holdings.symbol),
    description = coalesce(excluded.description, etf_holdings.description),
    weight = coalesce(excluded.weight, etf_holdings.weight),
    updated_at = now()
where (
  etf_holdings.symbol, etf_holdings.description, etf_holdings.weight
) is distinct from (
  coalesce(excluded.symbol, etf_holdings.symbol), coalesce(excluded.description, etf_holdings.description),
  coalesce(excluded.weight, etf_holdings.weight)
)
returning (xmax = 0) as inserted
