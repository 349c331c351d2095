-- News per company.
create table if not exists company_news (
  symbol       text not null check (symbol !~ '[a-z\u0001-\u0020\u007f-\u00a0]' and length(symbol) between 1 and 40),
  url          text not null check (url ~* '^https?://[^\u0001-\u001f\u007f-\u009f]+$'),
  url_hash     text generated always as (encode(sha256(replace(url, '\', '\\')::bytea), 'hex')) stored,
  source       text check (source !~ '[\u0001-\u001f\u007f-\u009f]' and length(source) between 1 and 200),
  title        text,
  description  text,
  content      text,
  published_at timestamptz check (published_at >= '1980-01-01Z' and published_at < '2200-01-01Z'),
  fetched_at   timestamptz check (fetched_at >= '1970-01-01Z' and fetched_at < '2200-01-01Z'),
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  primary key (symbol, url_hash)
);
create index if not exists company_news_symbol_published_at on company_news (symbol, published_at desc);
create index if not exists company_news_published_at on company_news (published_at desc);
comment on table company_news is 'Company news; one article can concern several companies';
comment on column company_news.url_hash is 'sha256 of url (hex): a long url does not fit an index row';
comment on column company_news.description is 'the provider''s summary';
comment on column company_news.content is 'null: this provider has no body text';
