-- Reports of index members around today, with counts of the news attached.
create table if not exists sp500_earnings_calendar (
  id                    bigint generated always as identity primary key,
  symbol                text not null check (symbol !~ '[a-z\u0001-\u0020\u007f-\u00a0]' and length(symbol) between 1 and 40),
  company_name          text not null check (company_name ~ '[^\u0001-\u0020\u00a0\u3000]'),
  report_date           date not null check (report_date between '1900-01-01' and '2199-12-31'),
  fiscal_date_ending    date check (fiscal_date_ending between '1900-01-01' and '2199-12-31'),
  estimate              numeric check (abs(estimate) < 1e100),
  eps_actual            numeric check (abs(eps_actual) < 1e100),
  currency              text check (currency ~ '^[A-Z]{3}$'),
  gics_sector           text check (gics_sector !~ '[\u0001-\u001f\u007f-\u009f]' and length(gics_sector) between 1 and 200),
  gics_sub_industry     text,
  headquarters          text,
  event_type            text not null default 'earnings_report' check (event_type = 'earnings_report'),
  event_title           text,
  event_description     text,
  status                text not null default 'scheduled' check (status in ('scheduled', 'reported', 'moved')),
  total_news_count      integer not null default 0 check (total_news_count >= 0),
  forecast_news_count   integer not null default 0 check (forecast_news_count >= 0),
  report_day_news_count integer not null default 0 check (report_day_news_count >= 0),
  reaction_news_count   integer not null default 0 check (reaction_news_count >= 0),
  created_at            timestamptz not null default now(),
  updated_at            timestamptz not null default now(),
  unique (symbol, report_date)
);
create index if not exists sp500_earnings_calendar_report_date on sp500_earnings_calendar (report_date);
create index if not exists sp500_earnings_calendar_gics_sector on sp500_earnings_calendar (gics_sector);
create index if not exists sp500_earnings_calendar_updated_at on sp500_earnings_calendar (updated_at);
comment on table sp500_earnings_calendar is 'Earnings reports of index members';
comment on column sp500_earnings_calendar.estimate is 'consensus earnings per share';
comment on column sp500_earnings_calendar.eps_actual is 'reported earnings per share, once known';
comment on column sp500_earnings_calendar.status is 'moved: the calendar now names another date for this report';
comment on column sp500_earnings_calendar.forecast_news_count is 'news of day -14 to -1';
comment on column sp500_earnings_calendar.reaction_news_count is 'news of day +1 to +7';
comment on column sp500_earnings_calendar.report_day_news_count is 'news of the report day itself';
