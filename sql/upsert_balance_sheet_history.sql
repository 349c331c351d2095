-- Append versions of balance sheets. $1: rows as JSON. A version is stored only if its content differs from that of the
-- version before it.
insert into balance_sheet_history (
  symbol, fiscal_date_ending, period, reported_currency, total_assets, total_current_assets,
  cash_and_cash_equivalents_at_carrying_value, cash_and_short_term_investments, inventory, current_net_receivables,
  total_non_current_assets, property_plant_equipment, accumulated_depreciation_amortization_ppe, intangible_assets,
  intangible_assets_excluding_goodwill, goodwill, investments, long_term_investments, short_term_investments,
  other_current_assets, other_non_current_assets, total_liabilities, total_current_liabilities,
  current_accounts_payable, deferred_revenue, current_debt, short_term_debt, total_non_current_liabilities,
  capital_lease_obligations, long_term_debt, current_long_term_debt, long_term_debt_noncurrent,
  short_long_term_debt_total, other_current_liabilities, other_non_current_liabilities, total_shareholder_equity,
  treasury_stock, retained_earnings, common_stock, common_stock_shares_outstanding, collected_at
)
select
  given.symbol, given.fiscal_date_ending, given.period, given.reported_currency, given.total_assets,
  given.total_current_assets, given.cash_and_cash_equivalents_at_carrying_value,
  given.cash_and_short_term_investments, given.inventory, given.current_net_receivables,
  given.total_non_current_assets, given.property_plant_equipment, given.accumulated_depreciation_amortization_ppe,
  given.intangible_assets, given.intangible_assets_excluding_goodwill, given.goodwill, given.investments,
  given.long_term_investments, given.short_term_investments, given.other_current_assets,
  given.other_non_current_assets, given.total_liabilities, given.total_current_liabilities,
  given.current_accounts_payable, given.deferred_revenue, given.current_debt, given.short_term_debt,
  given.total_non_current_liabilities, given.capital_lease_obligations, given.long_term_debt,
  given.current_long_term_debt, given.long_term_debt_noncurrent, given.short_long_term_debt_total,
  given.other_current_liabilities, given.other_non_current_liabilities, given.total_shareholder_equity,
  given.treasury_stock, given.retained_earnings, given.common_stock, given.common_stock_shares_outstanding,
  given.collected_at
from jsonb_populate_recordset(null::balance_sheet_history, $1) as given
left join lateral (
  select * from balance_sheet_history as stored
  where stored.symbol = given.symbol and stored.fiscal_date_ending = given.fiscal_date_ending and stored.period = given.period
    and stored.collected_at <= given.collected_at
  order by stored.collected_at desc limit 1
) as earlier on true
where (to_jsonb(given) - '{collected_at,created_at,updated_at}'::text[])
  is distinct from (to_jsonb(earlier) - '{collected_at,created_at,updated_at}'::text[])
on conflict (symbol, fiscal_date_ending, period, collected_at) do nothing
returning true as inserted
