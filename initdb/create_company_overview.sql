-- Fundamentals of a company, the newest answer per symbol; earlier ones are in company_overview_history.
create table if not exists company_overview (
  symbol                        text primary key check (symbol !~ '[a-z\u0001-\u0020\u007f-\u00a0]' and length(symbol) between 1 and 40),
  as_of                         date not null check (as_of between '1900-01-01' and '2199-12-31'),
  batch_id                      bigint generated always as ((extract(year from as_of) * 10000 + extract(month from as_of) * 100 + extract(day from as_of))::bigint) stored,
  asset_type                    text check (asset_type <> ''),
  name                          text not null check (name ~ '[^\u0001-\u0020\u00a0\u3000]'),
  description                   text,
  cik                           text check (cik ~ '^[0-9]{10}$'),
  exchange                      text check (exchange <> ''),
  currency                      text check (currency ~ '^[A-Z]{3}$'),
  country                       text check (country <> ''),
  sector                        text check (sector !~ '[\u0001-\u001f\u007f-\u009f]' and length(sector) between 1 and 200),
  industry                      text check (industry !~ '[\u0001-\u001f\u007f-\u009f]' and length(industry) between 1 and 200),
  address                       text,
  official_site                 text,
  fiscal_year_end               text check (fiscal_year_end <> ''),
  latest_quarter                date check (latest_quarter between '1776-07-04' and '2199-12-31'),
  market_capitalization         bigint check (market_capitalization > 0),
  ebitda                        bigint,
  pe_ratio                      numeric check (abs(pe_ratio) < 1e100),
  peg_ratio                     numeric check (abs(peg_ratio) < 1e100),
  book_value                    numeric check (abs(book_value) < 1e100),
  dividend_per_share            numeric check (dividend_per_share >= 0 and dividend_per_share < 1e100),
  dividend_yield                numeric check (dividend_yield >= 0 and dividend_yield < 1e100),
  eps                           numeric check (abs(eps) < 1e100),
  revenue_per_share_ttm         numeric check (abs(revenue_per_share_ttm) < 1e100),
  profit_margin                 numeric check (abs(profit_margin) < 1e100),
  operating_margin_ttm          numeric check (abs(operating_margin_ttm) < 1e100),
  return_on_assets_ttm          numeric check (abs(return_on_assets_ttm) < 1e100),
  return_on_equity_ttm          numeric check (abs(return_on_equity_ttm) < 1e100),
  revenue_ttm                   bigint,
  gross_profit_ttm              bigint,
  diluted_eps_ttm               numeric check (abs(diluted_eps_ttm) < 1e100),
  quarterly_earnings_growth_yoy numeric check (abs(quarterly_earnings_growth_yoy) < 1e100),
  quarterly_revenue_growth_yoy  numeric check (abs(quarterly_revenue_growth_yoy) < 1e100),
  analyst_target_price          numeric check (analyst_target_price >= 0 and analyst_target_price < 1e100),
  trailing_pe                   numeric check (abs(trailing_pe) < 1e100),
  forward_pe                    numeric check (abs(forward_pe) < 1e100),
  price_to_sales_ratio_ttm      numeric check (abs(price_to_sales_ratio_ttm) < 1e100),
  price_to_book_ratio           numeric check (abs(price_to_book_ratio) < 1e100),
  ev_to_revenue                 numeric check (abs(ev_to_revenue) < 1e100),
  ev_to_ebitda                  numeric check (abs(ev_to_ebitda) < 1e100),
  beta                          numeric check (abs(beta) < 1e100),
  week_52_high                  numeric check (week_52_high >= 0 and week_52_high < 1e100),
  week_52_low                   numeric check (week_52_low >= 0 and week_52_low < 1e100),
  day_50_moving_average         numeric check (day_50_moving_average >= 0 and day_50_moving_average < 1e100),
  day_200_moving_average        numeric check (day_200_moving_average >= 0 and day_200_moving_average < 1e100),
  shares_outstanding            bigint check (shares_outstanding >= 0),
  dividend_date                 date check (dividend_date between '1776-07-04' and '2199-12-31'),
  ex_dividend_date              date check (ex_dividend_date between '1776-07-04' and '2199-12-31'),
  extra                         jsonb check (jsonb_typeof(extra) = 'object'),
  created_at                    timestamptz not null default now(),
  updated_at                    timestamptz not null default now()
);
create index if not exists company_overview_sector on company_overview (sector);
create index if not exists company_overview_industry on company_overview (industry);
create index if not exists company_overview_market_capitalization on company_overview (market_capitalization desc nulls last);
create index if not exists company_overview_pe_ratio on company_overview (pe_ratio);
comment on table company_overview is 'Company fundamentals, newest per symbol';
comment on column company_overview.batch_id is 'collection day as YYYYMMDD: every day is its own batch; the whole index under one number is in company_overview_latest';
comment on column company_overview.as_of is 'UTC day of the answer';
comment on column company_overview.cik is 'ten digits with leading zeros';
comment on column company_overview.market_capitalization is 'USD';
comment on column company_overview.ebitda is 'USD; may be negative';
comment on column company_overview.dividend_yield is 'fraction: 0.0123 is 1.23 percent';
comment on column company_overview.profit_margin is 'fraction';
comment on column company_overview.return_on_equity_ttm is 'fraction, can exceed 1';
comment on column company_overview.quarterly_earnings_growth_yoy is 'fraction, may exceed 99';
comment on column company_overview.shares_outstanding is 'shares';
comment on column company_overview.extra is 'fields of the answer that have no column of their own';
comment on column company_overview.latest_quarter is 'end of the last reported quarter';
