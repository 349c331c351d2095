-- Yields of US Treasury securities at constant maturity, per series and period.
create table if not exists treasury_yield (
  series_id      text not null check (series_id !~ '[\u0001-\u0020\u007f-\u00a0]' and length(series_id) between 1 and 100),
  date           date not null check (date between '1776-07-04' and '2199-12-31'),
  maturity       text not null check (maturity in ('3month', '2year', '5year', '7year', '10year', '30year')),
  yield_rate     numeric check (abs(yield_rate) < 1e100),
  interval_type  text not null check (interval_type in ('daily', 'weekly', 'monthly', 'semiannual', 'annual')),
  unit           text check (unit <> ''),
  name           text check (name <> ''),
  realtime_start date check (realtime_start between '1776-07-04' and '2199-12-31'),
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  primary key (series_id, date),
  unique (date, maturity, interval_type, series_id)
);
create index if not exists treasury_yield_date on treasury_yield (date desc);
comment on table treasury_yield is 'US Treasury yields by maturity';
comment on column treasury_yield.series_id is 'FRED series, also for a source that only copies it';
comment on column treasury_yield.date is 'first day of the period';
comment on column treasury_yield.yield_rate is 'percent a year, may be negative; null: not published (yet)';
comment on column treasury_yield.realtime_start is 'vintage: first day on which this value was the current one, where the source tells it';
comment on column treasury_yield.maturity is '3month, 2year, 5year, 7year, 10year or 30year';
