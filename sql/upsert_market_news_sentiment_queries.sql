-- Append the planned queries that found an article. $1: rows as JSON. Stored rows stay unchanged.
insert into market_news_sentiment_queries (
  url, batch_id, query_type
)
select
  url, batch_id, query_type
from jsonb_populate_recordset(null::market_news_sentiment_queries, $1)
on conflict (url_hash, batch_id, query_type) do nothing
returning true as inserted
