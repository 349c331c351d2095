-- Upsert market news by category. $1: rows as JSON. An unchanged article keeps its row and the instant of its first fetch.
insert into market_news_finnhub (
  category, news_id, datetime, headline, image, related, source, summary, url, fetched_at
)
select
  category, news_id, datetime, headline, image, related, source, summary, url, fetched_at
from jsonb_populate_recordset(null::market_news_finnhub, $1)
on conflict (category, news_id) do update
set datetime = excluded.datetime,
    headline = coalesce(excluded.headline, market_news_finnhub.headline),
    image = coalesce(excluded.image, market_news_finnhub.image),
    related = coalesce(excluded.related, market_news_finnhub.related),
    source = coalesce(excluded.source, market_news_finnhub.source),
    summary = coalesce(excluded.summary, market_news_finnhub.summary),
    url = coalesce(excluded.url, market_news_finnhub.url),
    fetched_at = excluded.fetched_at,
    updated_at = now()
where (
  market_news_finnhub.datetime, market_news_finnhub.headline, market_news_finnhub.image, market_news_finnhub.related,
  market_news_finnhub.source, market_news_finnhub.summary, market_news_finnhub.url
) is distinct from (
  excluded.datetime, coalesce(excluded.headline, market_news_finnhub.headline),
  coalesce(excluded.image, market_news_finnhub.image), coalesce(excluded.related, market_news_finnhub.related),
  coalesce(excluded.source, market_news_finnhub.source), coalesce(excluded.summary, market_news_finnhub.summary),
  coalesce(excluded.url, market_news_finnhub.url)
)
returning (xmax = 0) as inserted
