-- Every value that a macro series had, with the day from which it was the current one.
create table if not exists macro_vintages (
  series_id      text not null check (series_id !~ '[\u0001-\u0020\u007f-\u00a0]' and length(series_id) between 1 and 100),
  date           date not null check (date between '1776-07-04' and '2199-12-31'),
  realtime_start date not null check (realtime_start between '1776-07-04' and '2199-12-31'),
  value          numeric check (abs(value) < 1e100),
  source         text not null check (source <> ''),
  collected_at   timestamptz not null check (collected_at >= '1970-01-01Z' and collected_at < '2200-01-01Z'),
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  primary key (series_id, date, realtime_start, collected_at)
);
comment on table macro_vintages is 'Values of macro series before and after each revision; a row is never changed';
comment on column macro_vintages.series_id is 'FRED series, also for a source that only copies it';
comment on column macro_vintages.date is 'first day of the period';
comment on column macro_vintages.realtime_start is 'day in US Central time from which the source had this value: the vintage of FRED, or else the day of the answer';
comment on column macro_vintages.value is 'null: not published (yet)';
comment on column macro_vintages.source is 'provider of the answer: fred, alpha-vantage';
comment on column macro_vintages.collected_at is 'instant of the answer that first held this value';
