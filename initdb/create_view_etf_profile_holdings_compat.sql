-- Fund profiles for a consumer that takes sectors and holdings as JSON text.
create or replace view etf_profile_holdings_compat as
select id, symbol, net_assets, net_expense_ratio, portfolio_turnover, dividend_yield, inception_date,
  case when leveraged then 'YES' when not leveraged then 'NO' end as leveraged,
  sectors::text as sectors, holdings::text as holdings, collected_at, updated_at
from etf_profile_holdings;
comment on view etf_profile_holdings_compat is 'etf_profile_holdings with JSON as text and leveraged as YES or NO';
