-- The funds we follow: the universe of the ETF units.
create table if not exists etf_basic_info (
  symbol                 text primary key check (symbol !~ '[a-z\u0001-\u0020\u007f-\u00a0]' and length(symbol) between 1 and 40),
  name                   text not null check (name ~ '[^\u0001-\u0020\u00a0\u3000]'),
  fund_family            text check (fund_family <> ''),
  category               text check (category !~ '[\u0001-\u001f\u007f-\u009f]' and length(category) between 1 and 200),
  popularity_rank        integer check (popularity_rank > 0),
  expense_ratio          numeric check (expense_ratio between 0 and 1),
  aum                    bigint check (aum >= 0),
  inception_date         date check (inception_date between '1900-01-01' and '2199-12-31'),
  dividend_yield         numeric check (dividend_yield >= 0 and dividend_yield < 1e100),
  nav                    numeric check (nav > 0 and nav < 1e100),
  beta                   numeric check (abs(beta) < 1e100),
  week_52_high           numeric check (week_52_high >= 0 and week_52_high < 1e100),
  week_52_low            numeric check (week_52_low >= 0 and week_52_low < 1e100),
  ytd_return             numeric check (abs(ytd_return) < 1e100),
  yahoo_collected        boolean not null default false,
  finnhub_enabled        boolean not null default true,
  alphavantage_collected boolean not null default false,
  description            text,
  website_url            text,
  created_at             timestamptz not null default now(),
  updated_at             timestamptz not null default now()
);
create index if not exists etf_basic_info_category on etf_basic_info (category);
create index if not exists etf_basic_info_popularity_rank on etf_basic_info (popularity_rank);
comment on table etf_basic_info is 'Exchange-traded funds we follow';
comment on column etf_basic_info.expense_ratio is 'fraction: 0.0009 is 0.09 percent';
comment on column etf_basic_info.aum is 'assets under management, USD';
comment on column etf_basic_info.dividend_yield is 'fraction';
comment on column etf_basic_info.ytd_return is 'percent';
comment on column etf_basic_info.popularity_rank is '1 is the most popular';
comment on column etf_basic_info.finnhub_enabled is 'subscribe to its trades; one key carries 50 symbols';
comment on column etf_basic_info.nav is 'USD per share';
