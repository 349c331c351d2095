-- Consumer price index of the United States, per series and period.
create table if not exists cpi (
  series_id      text not null check (series_id !~ '[\u0001-\u0020\u007f-\u00a0]' and length(series_id) between 1 and 100),
  date           date not null check (date between '1776-07-04' and '2199-12-31'),
  cpi_value      numeric check (cpi_value > 0 and cpi_value < 1e100),
  interval_type  text not null check (interval_type in ('daily', 'weekly', 'monthly', 'semiannual', 'annual')),
  unit           text check (unit <> ''),
  name           text check (name <> ''),
  realtime_start date check (realtime_start between '1776-07-04' and '2199-12-31'),
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  primary key (series_id, date)
);
create index if not exists cpi_date on cpi (date desc);
comment on table cpi is 'US consumer price index';
comment on column cpi.series_id is 'FRED series, also for a source that only copies it';
comment on column cpi.date is 'first day of the period';
comment on column cpi.cpi_value is 'index, 1982-1984 = 100; null: not published (yet)';
comment on column cpi.realtime_start is 'vintage: first day on which this value was the current one, where the source tells it';
