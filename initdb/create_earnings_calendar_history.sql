-- Versions of expected reports: one row for each date, estimate or time that the calendar named for a fiscal period.
create table if not exists earnings_calendar_history (
  symbol             text not null check (symbol !~ '[a-z\u0001-\u0020\u007f-\u00a0]' and length(symbol) between 1 and 40),
  fiscal_date_ending date not null check (fiscal_date_ending between '1900-01-01' and '2199-12-31'),
  report_date        date not null check (report_date between '1900-01-01' and '2199-12-31'),
  estimate           numeric check (abs(estimate) < 1e100),
  currency           text check (currency ~ '^[A-Z]{3}$'),
  time_of_day        text check (time_of_day in ('bmo', 'amc', 'unknown')),
  is_named           boolean not null default true,
  collected_at       timestamptz not null check (collected_at >= '1970-01-01Z' and collected_at < '2200-01-01Z'),
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now(),
  primary key (symbol, fiscal_date_ending, collected_at)
);
comment on table earnings_calendar_history is 'Report dates and estimates before and after each change; a row is never changed';
comment on column earnings_calendar_history.fiscal_date_ending is 'a report without a fiscal period has no history: nothing tells which report it was before';
comment on column earnings_calendar_history.estimate is 'consensus earnings per share, in currency';
comment on column earnings_calendar_history.time_of_day is 'as in earnings_calendar';
comment on column earnings_calendar_history.is_named is 'false: the answer no longer named this coming report; the other columns hold the last known values';
comment on column earnings_calendar_history.collected_at is 'instant of the answer that first held these values; they hold until the next version';
