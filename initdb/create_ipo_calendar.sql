-- Expected listings of the next months, one row per symbol; earlier dates are in ipo_calendar_history.
create table if not exists ipo_calendar (
  id               bigint generated always as identity unique,
  symbol           text primary key check (symbol !~ '[a-z\u0001-\u0020\u007f-\u00a0]' and length(symbol) between 1 and 40),
  company_name     text not null check (company_name ~ '[^\u0001-\u0020\u00a0\u3000]'),
  ipo_date         date not null check (ipo_date between '1900-01-01' and '2199-12-31'),
  price_range_low  numeric check (price_range_low > 0 and price_range_low < 1e100),
  price_range_high numeric check (price_range_high > 0 and price_range_high < 1e100),
  currency         text check (currency ~ '^[A-Z]{3}$'),
  exchange         text check (exchange !~ '[\u0001-\u001f\u007f-\u009f]' and length(exchange) between 1 and 200),
  fetched_at       timestamptz check (fetched_at >= '1970-01-01Z' and fetched_at < '2200-01-01Z'),
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  constraint ipo_calendar_price_range check (price_range_low <= price_range_high),
  unique (symbol, ipo_date)
);
create index if not exists ipo_calendar_ipo_date on ipo_calendar (ipo_date);
create index if not exists ipo_calendar_exchange on ipo_calendar (exchange);
comment on table ipo_calendar is 'Expected initial public offerings';
comment on column ipo_calendar.ipo_date is 'expected day; moves between answers';
comment on column ipo_calendar.price_range_low is 'USD unless currency says otherwise; null where unknown: the provider sends 0';
