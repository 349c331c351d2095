-- Members of the S&P 500, present and past: the driver list of most equity units.
create table if not exists sp500_companies (
  id                  bigint generated always as identity unique,
  symbol              text primary key check (symbol !~ '[a-z\u0001-\u0020\u007f-\u00a0]' and length(symbol) between 1 and 40),
  company_name        text not null check (company_name ~ '[^\u0001-\u0020\u00a0\u3000]'),
  gics_sector         text check (gics_sector <> ''),
  gics_sub_industry   text check (gics_sub_industry <> ''),
  headquarters        text check (headquarters <> ''),
  date_added          date check (date_added between '1923-01-01' and '2199-12-31'),
  cik                 text check (cik ~ '^[0-9]{10}$'),
  founded             text check (founded <> ''),
  market_cap          bigint check (market_cap > 0),
  website             text check (website <> ''),
  employees           integer check (employees >= 0),
  symbol_yahoo        text check (symbol_yahoo !~ '[a-z\u0001-\u0020\u007f-\u00a0]' and length(symbol_yahoo) between 1 and 40),
  symbol_alphavantage text check (symbol_alphavantage !~ '[a-z\u0001-\u0020\u007f-\u00a0]' and length(symbol_alphavantage) between 1 and 40),
  symbol_sec          text check (symbol_sec !~ '[a-z\u0001-\u0020\u007f-\u00a0]' and length(symbol_sec) between 1 and 40),
  symbol_finnhub      text check (symbol_finnhub !~ '[a-z\u0001-\u0020\u007f-\u00a0]' and length(symbol_finnhub) between 1 and 40),
  is_member           boolean not null default true,
  first_seen          date check (first_seen between '1923-01-01' and '2199-12-31'),
  removed_at          timestamptz check (removed_at between '1923-01-01Z' and '2199-12-31Z'),
  created_at          timestamptz not null default now(),
  updated_at          timestamptz not null default now(),
  constraint sp500_companies_leaver_is_no_member check (not is_member or removed_at is null)
);
create index if not exists sp500_companies_gics_sector on sp500_companies (gics_sector);
create index if not exists sp500_companies_updated_at on sp500_companies (updated_at);
create index if not exists sp500_companies_members on sp500_companies (symbol) where is_member;
comment on table sp500_companies is 'S&P 500 constituents; who left stays, with is_member false';
comment on column sp500_companies.symbol is 'canonical spelling: upper case, class shares with a dot (BRK.B)';
comment on column sp500_companies.cik is 'SEC CIK, ten digits with leading zeros; three companies have two symbols, so it is not unique';
comment on column sp500_companies.founded is 'text: may hold two years, as 2013 (1888)';
comment on column sp500_companies.market_cap is 'filled by company-overview: USD';
comment on column sp500_companies.website is 'filled by company-overview: address of the company''s site';
comment on column sp500_companies.employees is 'filled by company-overview: head count, where the provider tells it';
comment on column sp500_companies.symbol_yahoo is 'hyphen class shares (BRK-B)';
comment on column sp500_companies.first_seen is 'day on which the list named it for the first time in this database';
comment on column sp500_companies.removed_at is 'instant of the answer in which it was missing; null for members';
