-- The balance sheets that are stored already, as their first versions.
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
  symbol, fiscal_date_ending, period, reported_currency, total_assets, total_current_assets,
  cash_and_cash_equivalents_at_carrying_value, cash_and_short_term_investments, inventory, current_net_receivables,
  total_non_current_assets, property_plant_equipment, accumulated_depreciation_amortization_ppe, intangible_assets,
  intangible_assets_excluding_goodwill, goodwill, investments, long_term_investments, short_term_investments,
  other_current_assets, other_non_current_assets, total_liabilities, total_current_liabilities,
  current_accounts_payable, deferred_revenue, current_debt, short_term_debt, total_non_current_liabilities,
  capital_lease_obligations, long_term_debt, current_long_term_debt, long_term_debt_noncurrent,
  short_long_term_debt_total, other_current_liabilities, other_non_current_liabilities, total_shareholder_equity,
  treasury_stock, retained_earnings, common_stock, common_stock_shares_outstanding, updated_at
from balance_sheet
on conflict do nothing;
