-- Upsert articles by company and report. $1: rows as JSON. An unchanged article keeps its row and the instant of its first fetch.
insert into earnings_news_finnhub (
  symbol, report_date, url, category, article_id, headline, image, related, source, summary, published_at, fetched_at
)
select
  symbol, report_date, url, category, article_id, headline, image, related, source, summary, published_at, fetched_at
from jsonb_populate_recordset(null::earnings_news_finnhub, $1)
on conflict (symbol, report_date, url_hash) do update
set category = coalesce(excluded.category, earnings_news_finnhub.category),
    article_id = coalesce(excluded.article_id, earnings_news_finnhub.article_id),
    headline = coalesce(excluded.headline, earnings_news_finnhub.headline),
    image = coalesce(excluded.image, earnings_news_finnhub.image),
    related = coalesce(excluded.related, earnings_news_finnhub.related),
    source = coalesce(excluded.source, earnings_news_finnhub.source),
    summary = coalesce(excluded.summary, earnings_news_finnhub.summary),
    published_at = excluded.published_at,
    fetched_at = excluded.fetched_at,
    updated_at = now()
where (
  earnings_news_finnhub.category, earnings_news_finnhub.article_id, earnings_news_finnhub.headline, earnings_news_finnhub.image,
  earnings_news_finnhub.related, earnings_news_finnhub.source, earnings_news_finnhub.summary, earnings_news_finnhub.published_at
) is distinct from (
  coalesce(excluded.category, earnings_news_finnhub.category), coalesce(excluded.article_id, earnings_news_finnhub.article_id),
  coalesce(excluded.headline, earnings_news_finnhub.headline), coalesce(excluded.image, earnings_news_finnhub.image),
  coalesce(excluded.related, earnings_news_finnhub.related), coalesce(excluded.source, earnings_news_finnhub.source),
  coalesce(excluded.summary, earnings_news_finnhub.summary), excluded.published_at
)
returning (xmax = 0) as inserted
