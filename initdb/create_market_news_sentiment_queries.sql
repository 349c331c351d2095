-- Which planned queries found an article, and when.
create table if not exists market_news_sentiment_queries (
  url        text not null check (url ~* '^https?://[^\u0001-\u001f\u007f-\u009f]+$'),
  url_hash   text generated always as (encode(sha256(replace(url, '\', '\\')::bytea), 'hex')) stored,
  batch_id   bigint not null check (batch_id > 0),
  query_type text not null check (query_type !~ '[\u0001-\u001f\u007f-\u009f]' and length(query_type) between 1 and 200),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (url_hash, batch_id, query_type)
);
create index if not exists market_news_sentiment_queries_query_type on market_news_sentiment_queries (query_type, batch_id);
comment on table market_news_sentiment_queries is 'Queries that found an article of market_news_sentiment';
comment on column market_news_sentiment_queries.url_hash is 'as in market_news_sentiment';
