-- Versions of balance sheets: one row for each content that the provider sent for a period.
create table if not exists balance_sheet_history (
  symbol                         text not null check (symbol !~ '[a-z\u0001-\u0020\u007f-\u00a0]' and length(symbol) between 1 and 40),
  fiscal_date_ending             date not null check (fiscal_date_ending between '1900-01-01' and '2199-12-31'),
  period                         text not null check (period in ('annual', 'quarterly')),
  reported_currency              text check (reported_currency ~ '^[A-Z]{3}$'),
  total_assets                   numeric check (total_assets >= 0 and total_assets < 1e100),
  total_current_assets           numeric check (abs(total_current_assets) < 1e100),
  cash_and_cash_equivalents_at_carrying_value numeric check (abs(cash_and_cash_equivalents_at_carrying_value) < 1e100),
  cash_and_short_term_investments numeric check (abs(cash_and_short_term_investments) < 1e100),
  inventory                      numeric check (abs(inventory) < 1e100),
  current_net_receivables        numeric check (abs(current_net_receivables) < 1e100),
  total_non_current_assets       numeric check (abs(total_non_current_assets) < 1e100),
  property_plant_equipment       numeric check (abs(property_plant_equipment) < 1e100),
  accumulated_depreciation_amortization_ppe numeric check (abs(accumulated_depreciation_amortization_ppe) < 1e100),
  intangible_assets              numeric check (abs(intangible_assets) < 1e100),
  intangible_assets_excluding_goodwill numeric check (abs(intangible_assets_excluding_goodwill) < 1e100),
  goodwill                       numeric check (abs(goodwill) < 1e100),
  investments                    numeric check (abs(investments) < 1e100),
  long_term_investments          numeric check (abs(long_term_investments) < 1e100),
  short_term_investments         numeric check (abs(short_term_investments) < 1e100),
  other_current_assets           numeric check (abs(other_current_assets) < 1e100),
  other_non_current_assets       numeric check (abs(other_non_current_assets) < 1e100),
  total_liabilities              numeric check (abs(total_liabilities) < 1e100),
  total_current_liabilities      numeric check (abs(total_current_liabilities) < 1e100),
  current_accounts_payable       numeric check (abs(current_accounts_payable) < 1e100),
  deferred_revenue               numeric check (abs(deferred_revenue) < 1e100),
  current_debt                   numeric check (abs(current_debt) < 1e100),
  short_term_debt                numeric check (abs(short_term_debt) < 1e100),
  total_non_current_liabilities  numeric check (abs(total_non_current_liabilities) < 1e100),
  capital_lease_obligations      numeric check (abs(capital_lease_obligations) < 1e100),
  long_term_debt                 numeric check (abs(long_term_debt) < 1e100),
  current_long_term_debt         numeric check (abs(current_long_term_debt) < 1e100),
  long_term_debt_noncurrent      numeric check (abs(long_term_debt_noncurrent) < 1e100),
  short_long_term_debt_total     numeric check (abs(short_long_term_debt_total) < 1e100),
  other_current_liabilities      numeric check (abs(other_current_liabilities) < 1e100),
  other_non_current_liabilities  numeric check (abs(other_non_current_liabilities) < 1e100),
  total_shareholder_equity       numeric check (abs(total_shareholder_equity) < 1e100),
  treasury_stock                 numeric check (abs(treasury_stock) < 1e100),
  retained_earnings              numeric check (abs(retained_earnings) < 1e100),
  common_stock                   numeric check (abs(common_stock) < 1e100),
  common_stock_shares_outstanding numeric check (common_stock_shares_outstanding >= 0 and common_stock_shares_outstanding < 1e100),
  collected_at                   timestamptz not null check (collected_at >= '1970-01-01Z' and collected_at < '2200-01-01Z'),
  created_at                     timestamptz not null default now(),
  updated_at                     timestamptz not null default now(),
  primary key (symbol, fiscal_date_ending, period, collected_at)
);
comment on table balance_sheet_history is 'Balance sheets before and after each restatement, as sent; a row is never changed';
comment on column balance_sheet_history.period is 'annual or quarterly; part of the key, as in balance_sheet';
comment on column balance_sheet_history.accumulated_depreciation_amortization_ppe is 'negative as reported';
comment on column balance_sheet_history.treasury_stock is 'negative as reported';
comment on column balance_sheet_history.common_stock_shares_outstanding is 'shares';
comment on column balance_sheet_history.total_assets is 'null where the answer had no value, like every amount';
comment on column balance_sheet_history.collected_at is 'instant of the answer that first held this content; it holds until the next version';
