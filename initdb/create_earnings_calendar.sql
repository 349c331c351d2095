-- Report dates of US companies. A date that moves is an attribute; a row that no longer comes is superseded, not deleted.
create table if not exists earnings_calendar (
  id                 bigint generated always as identity primary key,
  symbol             text not null check (symbol !~ '[a-z\u0001-\u0020\u007f-\u00a0]' and length(symbol) between 1 and 40),
  company_name       text check (company_name <> ''),
  report_date        date not null check (report_date between '1900-01-01' and '2199-12-31'),
  fiscal_date_ending date check (fiscal_date_ending between '1900-01-01' and '2199-12-31'),
  estimate           numeric check (abs(estimate) < 1e100),
  currency           text check (currency ~ '^[A-Z]{3}$'),
  time_of_day        text check (time_of_day in ('bmo', 'amc', 'unknown')),
  event_description  text check (event_description <> ''),
  fetched_at         timestamptz check (fetched_at >= '1970-01-01Z' and fetched_at < '2200-01-01Z'),
  superseded_at      timestamptz check (superseded_at >= '1970-01-01Z' and superseded_at < '2200-01-01Z'),
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now()
);
create unique index if not exists earnings_calendar_current_key on earnings_calendar (symbol, (coalesce(fiscal_date_ending, 'infinity'::date))) where superseded_at is null;
create index if not exists earnings_calendar_report_date on earnings_calendar (report_date);
create index if not exists earnings_calendar_symbol on earnings_calendar (symbol);
comment on table earnings_calendar is 'Calendar of company reports; current rows have superseded_at null';
comment on column earnings_calendar.report_date is 'day on which the company reports; moves between answers';
comment on column earnings_calendar.fiscal_date_ending is 'with symbol the key of the current rows (null counts as one value)';
comment on column earnings_calendar.estimate is 'consensus earnings per share, in currency';
comment on column earnings_calendar.time_of_day is 'bmo: before the market opens; amc: after it closes; unknown: the answer left it empty; null: the answer has no such column';
comment on column earnings_calendar.fetched_at is 'instant of the newest answer that held this row';
comment on column earnings_calendar.superseded_at is 'instant of the answer that no longer held it';
