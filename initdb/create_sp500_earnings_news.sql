-- News attached to one report of an index member.
create table if not exists sp500_earnings_news (
  id                 bigint generated always as identity primary key,
  calendar_id        bigint not null references sp500_earnings_calendar (id) on delete cascade,
  source_table       text not null check (source_table in ('earnings_news_finnhub', 'company_news', 'market_news', 'market_news_sentiment')),
  source_tables      text[],
  title              text not null check (title ~ '[^\u0001-\u0020\u00a0\u3000]'),
  url                text not null check (url ~* '^https?://[^\u0001-\u001f\u007f-\u009f]+$'),
  url_hash           text generated always as (encode(sha256(replace(url, '\', '\\')::bytea), 'hex')) stored,
  summary            text,
  content            text,
  source             text,
  published_at       timestamptz not null check (published_at >= '1980-01-01Z' and published_at < '2200-01-01Z'),
  news_section       text not null check (news_section in ('forecast', 'report_day', 'reaction')),
  days_from_earnings integer check (days_from_earnings between -366 and 366),
  match_reason       text check (match_reason <> ''),
  match_score        numeric check (match_score between 0 and 1),
  fetched_at         timestamptz check (fetched_at >= '1970-01-01Z' and fetched_at < '2200-01-01Z'),
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now(),
  unique (calendar_id, url_hash)
);
create index if not exists sp500_earnings_news_section on sp500_earnings_news (calendar_id, news_section, published_at desc);
create index if not exists sp500_earnings_news_source_table on sp500_earnings_news (source_table);
comment on table sp500_earnings_news is 'News around earnings reports';
comment on column sp500_earnings_news.url is 'canonical link: tracking parameters removed';
comment on column sp500_earnings_news.url_hash is 'sha256 of url (hex): a long url does not fit an index row';
comment on column sp500_earnings_news.source_table is 'first table in which it was found; all of them are in source_tables';
comment on column sp500_earnings_news.days_from_earnings is 'calendar days in New York, publication minus report';
comment on column sp500_earnings_news.match_reason is 'why the item belongs to this company';
comment on column sp500_earnings_news.match_score is '0 to 1';
