-- News with sentiment scores, one row per article; which queries found it is in market_news_sentiment_queries.
create table if not exists market_news_sentiment (
  url                     text not null check (url ~* '^https?://[^\u0001-\u001f\u007f-\u009f]+$'),
  url_hash                text generated always as (encode(sha256(replace(url, '\', '\\')::bytea), 'hex')) stored primary key,
  batch_id                bigint not null check (batch_id > 0),
  last_batch_id           bigint not null check (last_batch_id > 0),
  title                   text not null check (title ~ '[^\u0001-\u0020\u00a0\u3000]'),
  time_published          timestamptz not null check (time_published >= '1980-01-01Z' and time_published < '2200-01-01Z'),
  authors                 text,
  summary                 text,
  source                  text check (source !~ '[\u0001-\u001f\u007f-\u009f]' and length(source) between 1 and 200),
  overall_sentiment_score numeric check (overall_sentiment_score between -1 and 1),
  overall_sentiment_label text check (overall_sentiment_label in ('Bearish', 'Somewhat-Bearish', 'Neutral', 'Somewhat-Bullish', 'Bullish')),
  ticker_sentiment        jsonb check (jsonb_typeof(ticker_sentiment) = 'array'),
  topics                  jsonb check (jsonb_typeof(topics) = 'array'),
  query_type              text check (query_type !~ '[\u0001-\u001f\u007f-\u009f]' and length(query_type) between 1 and 200),
  query_params            text check (query_params !~* 'api_?key'),
  created_at              timestamptz not null default now(),
  updated_at              timestamptz not null default now(),
  constraint market_news_sentiment_batches check (last_batch_id >= batch_id)
);
create index if not exists market_news_sentiment_batch_id on market_news_sentiment (batch_id);
create index if not exists market_news_sentiment_time_published on market_news_sentiment (time_published desc);
create index if not exists market_news_sentiment_score on market_news_sentiment (overall_sentiment_score);
create index if not exists market_news_sentiment_query_type on market_news_sentiment (query_type);
create index if not exists market_news_sentiment_tickers on market_news_sentiment using gin (ticker_sentiment jsonb_path_ops);
create index if not exists market_news_sentiment_topics on market_news_sentiment using gin (topics);
comment on table market_news_sentiment is 'Scored news';
comment on column market_news_sentiment.batch_id is 'batch in which it was found first';
comment on column market_news_sentiment.last_batch_id is 'batch in which it was found last';
comment on column market_news_sentiment.query_type is 'planned query that found it first; null where only the answer is known';
comment on column market_news_sentiment.query_params is 'never holds the key';
comment on column market_news_sentiment.url_hash is 'sha256 of url (hex): a long url does not fit an index row';
comment on column market_news_sentiment.overall_sentiment_score is '-1 to 1';
comment on column market_news_sentiment.ticker_sentiment is 'array of {ticker, relevance_score, ticker_sentiment_score, ticker_sentiment_label}; numbers are text';
comment on column market_news_sentiment.topics is 'array of {topic, relevance_score}; topic as a slug (financial_markets)';
comment on column market_news_sentiment.authors is 'joined by ", "';
