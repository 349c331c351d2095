-- Profile and sectors of a fund as they were on a day; the holdings of that day are in etf_holdings.
create table if not exists etf_profile_holdings_history (
  symbol             text not null check (symbol !~ '[a-z\u0001-\u0020\u007f-\u00a0]' and length(symbol) between 1 and 40),
  as_of              date not null check (as_of between '1900-01-01' and '2199-12-31'),
  net_assets         bigint check (net_assets >= 0),
  net_expense_ratio  numeric check (net_expense_ratio between 0 and 1),
  portfolio_turnover numeric check (portfolio_turnover >= 0 and portfolio_turnover < 1e100),
  dividend_yield     numeric check (dividend_yield >= 0 and dividend_yield < 1e100),
  inception_date     date check (inception_date between '1900-01-01' and '2199-12-31'),
  leveraged          boolean,
  sectors            jsonb check (jsonb_typeof(sectors) = 'array'),
  collected_at       timestamptz check (collected_at >= '1970-01-01Z' and collected_at < '2200-01-01Z'),
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now(),
  primary key (symbol, as_of)
);
comment on table etf_profile_holdings_history is 'Fund profiles by day';
comment on column etf_profile_holdings_history.net_assets is 'USD';
comment on column etf_profile_holdings_history.net_expense_ratio is 'fraction';
comment on column etf_profile_holdings_history.portfolio_turnover is 'fraction, may exceed 99; null for the answer''s n/a';
comment on column etf_profile_holdings_history.dividend_yield is 'fraction';
comment on column etf_profile_holdings_history.sectors is 'array of {sector, weight}, weight a fraction as text';
comment on column etf_profile_holdings_history.as_of is 'UTC day of the answer: the answer itself has no date';
