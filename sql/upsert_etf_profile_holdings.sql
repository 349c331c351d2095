-- Upsert fund profiles, the newest answer per fund. $1: rows as JSON. An older answer changes nothing; values that the answer omits
-- stay. collected_at is the instant of the answer that changed the row.
insert into etf_profile_holdings (
  symbol, as_of, net_assets, net_expense_ratio, portfolio_turnover, dividend_yield, inception_date, leveraged, sectors,
  holdings, collected_at
)
select
  symbol, as_of, net_assets, net_expense_ratio, portfolio_turnover, dividend_yield, inception_date, leveraged, sectors,
  holdings, collected_at
from jsonb_populate_recordset(null::etf_profile_holdings, $1)
on conflict (symbol) do update
set as_of = excluded.as_of,
    net_assets = coalesce(excluded.net_assets, etf_profile_holdings.net_assets),
    net_expense_ratio = coalesce(excluded.net_expense_ratio, etf_profile_holdings.net_expense_ratio),
    portfolio_turnover = coalesce(excluded.portfolio_turnover, etf_profile_holdings.portfolio_turnover),
    dividend_yield = coalesce(excluded.dividend_yield, etf_profile_holdings.dividend_yield),
    inception_date = coalesce(excluded.inception_date, etf_profile_holdings.inception_date),
    leveraged = coalesce(excluded.leveraged, etf_profile_holdings.leveraged),
    sectors = coalesce(nullif(excluded.sectors, '[]'), etf_profile_holdings.sectors),
    holdings = coalesce(nullif(excluded.holdings, '[]'), etf_profile_holdings.holdings),
    collected_at = excluded.collected_at,
    updated_at = now()
where excluded.as_of >= etf_profile_holdings.as_of
  and (
  etf_profile_holdings.as_of, etf_profile_holdings.net_assets, etf_profile_holdings.net_expense_ratio,
  etf_profile_holdings.portfolio_turnover, etf_profile_holdings.dividend_yield, etf_profile_holdings.inception_date,
  etf_profile_holdings.leveraged, etf_profile_holdings.sectors, etf_profile_holdings.holdings
) is distinct from (
  excluded.as_of, coalesce(excluded.net_assets, etf_profile_holdings.net_assets),
  coalesce(excluded.net_expense_ratio, etf_profile_holdings.net_expense_ratio),
  coalesce(excluded.portfolio_turnover, etf_profile_holdings.portfolio_turnover),
  coalesce(excluded.dividend_yield, etf_profile_holdings.dividend_yield),
  coalesce(excluded.inception_date, etf_profile_holdings.inception_date),
  coalesce(excluded.leveraged, etf_profile_holdings.leveraged),
  coalesce(nullif(excluded.sectors, '[]'), etf_profile_holdings.sectors),
  coalesce(nullif(excluded.holdings, '[]'), etf_profile_holdings.holdings)
)
returning (xmax = 0) as inserted
