-- Upsert scored news. $1: rows as JSON. The first batch and query that found an article stay; the last batch is updated.
insert into market_news_sentiment (
  url, batch_id, last_batch_id, title, time_published, authors, summary, source, overall_sentiment_score, overall_sentiment_label,
  ticker_sentiment, topics, query_type, query_params
)
select
  url, batch_id, last_batch_id, title, time_published, authors, summary, source, overall_sentiment_score, overall_sentiment_label,
  ticker_sentiment, topics, query_type, query_params
from jsonb_populate_recordset(null::market_news_sentiment, $1)
on conflict (url_hash) do update
set last_batch_id = greatest(excluded.last_batch_id, market_news_sentiment.last_batch_id),
    title = excluded.title,
    time_published = excluded.time_published,
    authors = coalesce(excluded.authors, market_news_sentiment.authors),
    summary = coalesce(excluded.summary, market_news_sentiment.summary),
    source = coalesce(excluded.source, market_news_sentiment.source),
    overall_sentiment_score = coalesce(excluded.overall_sentiment_score, market_news_sentiment.overall_sentiment_score),
    overall_sentiment_label = coalesce(excluded.overall_sentiment_label, market_news_sentiment.overall_sentiment_label),
    ticker_sentiment = coalesce(excluded.ticker_sentiment, market_news_sentiment.ticker_sentiment),
    topics = coalesce(excluded.topics, market_news_sentiment.topics),
    query_type = coalesce(market_news_sentiment.query_type, excluded.query_type),
    query_params = coalesce(market_news_sentiment.query_params, excluded.query_params),
    updated_at = now()
where (
  market_news_sentiment.last_batch_id, market_news_sentiment.title, market_news_sentiment.time_published,
  market_news_sentiment.authors, market_news_sentiment.summary, market_news_sentiment.source,
  market_news_sentiment.overall_sentiment_score, market_news_sentiment.overall_sentiment_label,
  market_news_sentiment.ticker_sentiment, market_news_sentiment.topics, market_news_sentiment.query_type,
  market_news_sentiment.query_params
) is distinct from (
  greatest(excluded.last_batch_id, market_news_sentiment.last_batch_id), excluded.title, excluded.time_published,
  coalesce(excluded.authors, market_news_sentiment.authors), coalesce(excluded.summary, market_news_sentiment.summary),
  coalesce(excluded.source, market_news_sentiment.source),
  coalesce(excluded.overall_sentiment_score, market_news_sentiment.overall_sentiment_score),
  coalesce(excluded.overall_sentiment_label, market_news_sentiment.overall_sentiment_label),
  coalesce(excluded.ticker_sentiment, market_news_sentiment.ticker_sentiment),
  coalesce(excluded.topics, market_news_sentiment.topics),
  coalesce(market_news_sentiment.query_type, excluded.query_type),
  coalesce(market_news_sentiment.query_params, excluded.query_params)
)
returning (xmax = 0) as inserted
