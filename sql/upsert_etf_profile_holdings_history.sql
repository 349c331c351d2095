-- Upsert fund profiles as they were on a day. $1: rows as JSON. Values that the answer omits stay. collected_at is the instant of the
-- answer that changed the row.
insert into etf_profile_holdings_history (
  symbol, as_of, net_assets, net_expense_ratio, portfolio_turnover, dividend_yield, inception_date, leveraged, sectors,
  collected_at
)
select
  symbol, as_of, net_assets, net_expense_ratio, portfolio_turnover, dividend_yield, inception_date, leveraged, sectors,
  collected_at
from jsonb_populate_recordset(null::etf_profile_holdings_history, $1)
on conflict (symbol, as_of) do update
set net_assets = coalesce(excluded.net_assets, etf_profile_holdings_history.net_assets),
    net_expense_ratio = coalesce(excluded.net_expense_ratio, etf_profile_holdings_history.net_expense_ratio),
    portfolio_turnover = coalesce(excluded.portfolio_turnover, etf_profile_holdings_history.portfolio_turnover),
    dividend_yield = coalesce(excluded.dividend_yield, etf_profile_holdings_history.dividend_yield),
    inception_date = coalesce(excluded.inception_date, etf_profile_holdings_history.inception_date),
    leveraged = coalesce(excluded.leveraged, etf_profile_holdings_history.leveraged),
    sectors = coalesce(nullif(excluded.sectors, '[]'), etf_profile_holdings_history.sectors),
    collected_at = excluded.collected_at,
    updated_at = now()
where (
  etf_profile_holdings_history.net_assets, etf_profile_holdings_history.net_expense_ratio,
  etf_profile_holdings_history.portfolio_turnover, etf_profile_holdings_history.dividend_yield,
  etf_profile_holdings_history.inception_date, etf_profile_holdings_history.leveraged,
  etf_profile_holdings_history.sectors
) is distinct from (
  coalesce(excluded.net_assets, etf_profile_holdings_history.net_assets),
  coalesce(excluded.net_expense_ratio, etf_profile_holdings_history.net_expense_ratio),
  coalesce(excluded.portfolio_turnover, etf_profile_holdings_history.portfolio_turnover),
  coalesce(excluded.dividend_yield, etf_profile_holdings_history.dividend_yield),
  coalesce(excluded.inception_date, etf_profile_holdings_history.inception_date),
  coalesce(excluded.leveraged, etf_profile_holdings_history.leveraged),
  coalesce(nullif(excluded.sectors, '[]'), etf_profile_holdings_history.sectors)
)
returning (xmax = 0) as inserted
