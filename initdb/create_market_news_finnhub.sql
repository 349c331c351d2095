-- News by category.
create table if not exists market_news_finnhub (
  category   text not null check (category in ('crypto', 'forex', 'merger', 'general')),
  news_id    bigint not null check (news_id > 0),
  datetime   timestamptz not null check (datetime >= '1980-01-01Z' and datetime < '2200-01-01Z'),
  headline   text,
  image      text,
  related    text,
  source     text check (source !~ '[\u0001-\u001f\u007f-\u009f]' and length(source) between 1 and 200),
  summary    text,
  url        text check (url ~* '^https?://[^\u0001-\u001f\u007f-\u009f]+$'),
  fetched_at timestamptz check (fetched_at >= '1970-01-01Z' and fetched_at < '2200-01-01Z'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (category, news_id)
);
create index if not exists market_news_finnhub_datetime on market_news_finnhub (datetime desc);
create index if not exists market_news_finnhub_source on market_news_finnhub (source);
comment on table market_news_finnhub is 'Market news by category';
comment on column market_news_finnhub.category is 'the category asked for, not the one inside the item';
comment on column market_news_finnhub.news_id is 'the watermark per category; one story can have two ids';
comment on column market_news_finnhub.datetime is 'instant of publication';
comment on column market_news_finnhub.related is 'tickers, comma separated';
