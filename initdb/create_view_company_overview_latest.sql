-- The newest overview of every company, all under one batch number: a reader of the newest batch gets the whole index.
create or replace view company_overview_latest as
select max(batch_id) over () as batch_id, symbol, name, asset_type, description, cik, exchange, currency, country, sector,
  industry, address, official_site, fiscal_year_end, latest_quarter, market_capitalization, ebitda, pe_ratio, peg_ratio,
  book_value, dividend_per_share, dividend_yield, eps, revenue_per_share_ttm, profit_margin, operating_margin_ttm,
  return_on_assets_ttm, return_on_equity_ttm, revenue_ttm, gross_profit_ttm, diluted_eps_ttm, quarterly_earnings_growth_yoy,
  quarterly_revenue_growth_yoy, analyst_target_price, trailing_pe, forward_pe, price_to_sales_ratio_ttm, price_to_book_ratio,
  ev_to_revenue, ev_to_ebitda, beta, week_52_high, week_52_low, day_50_moving_average, day_200_moving_average,
  shares_outstanding, dividend_date, ex_dividend_date, extra, as_of, created_at, updated_at
from company_overview;
comment on view company_overview_latest is 'company_overview with one common batch_id: the newest collection day';
