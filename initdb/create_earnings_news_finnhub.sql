-- Company news in the days before a report.
create table if not exists earnings_news_finnhub (
  symbol       text not null check (symbol !~ '[a-z\u0001-\u0020\u007f-\u00a0]' and length(symbol) between 1 and 40),
  report_date  date not null check (report_date between '1900-01-01' and '2199-12-31'),
  url          text not null check (url ~* '^https?://[^\u0001-\u001f\u007f-\u009f]+$'),
  url_hash     text generated always as (encode(sha256(replace(url, '\', '\\')::bytea), 'hex')) stored,
  category     text check (category <> ''),
  article_id   text check (article_id <> ''),
  headline     text,
  image        text,
  related      text,
  source       text check (source !~ '[\u0001-\u001f\u007f-\u009f]' and length(source) between 1 and 200),
  summary      text,
  published_at timestamptz not null check (published_at >= '1980-01-01Z' and published_at < '2200-01-01Z'),
  fetched_at   timestamptz check (fetched_at >= '1970-01-01Z' and fetched_at < '2200-01-01Z'),
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  primary key (symbol, report_date, url_hash)
);
create index if not exists earnings_news_finnhub_published_at on earnings_news_finnhub (published_at desc);
create index if not exists earnings_news_finnhub_report_date on earnings_news_finnhub (report_date);
comment on table earnings_news_finnhub is 'Company news before earnings reports';
comment on column earnings_news_finnhub.url_hash is 'sha256 of url (hex): a long url does not fit an index row';
comment on column earnings_news_finnhub.related is 'tickers, comma separated';
comment on column earnings_news_finnhub.summary is 'may hold line feeds';
