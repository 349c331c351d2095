-- General and business news.
create table if not exists market_news (
  url          text not null check (url ~* '^https?://[^\u0001-\u001f\u007f-\u009f]+$'),
  url_hash     text generated always as (encode(sha256(replace(url, '\', '\\')::bytea), 'hex')) stored primary key,
  source       text not null check (source !~ '[\u0001-\u001f\u007f-\u009f]' and length(source) between 1 and 200 and source <> '[Removed]'),
  author       text,
  title        text not null check (title ~ '[^\u0001-\u0020\u00a0\u3000]' and title <> '[Removed]'),
  description  text,
  content      text,
  published_at timestamptz not null check (published_at >= '1980-01-01Z' and published_at < '2200-01-01Z'),
  fetched_at   timestamptz check (fetched_at >= '1970-01-01Z' and fetched_at < '2200-01-01Z'),
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now()
);
create index if not exists market_news_published_at on market_news (published_at desc);
create index if not exists market_news_source on market_news (source);
create index if not exists market_news_words on market_news using gin (to_tsvector('english', title || ' ' || coalesce(description, '')));
comment on table market_news is 'Market news; a withdrawn article ([Removed]) is no article';
comment on column market_news.source is 'the source''s name';
comment on column market_news.url_hash is 'sha256 of url (hex): a long url does not fit an index row';
comment on column market_news.content is 'cut by the provider after 200 characters';
comment on column market_news.author is 'several are joined by ", "';
