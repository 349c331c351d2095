-- Upsert articles by their url. $1: rows as JSON. Omitted values stay. The instant of the fetch is that of the last change.
insert into market_news (url, source, author, title, description, content, published_at, fetched_at)
select url, source, author, title, description, content, published_at, fetched_at
from jsonb_populate_recordset(null::market_news, $1)
on conflict (url_hash) do update
set source = excluded.source,
    author = coalesce(excluded.author, market_news.author),
    title = excluded.title,
    description = coalesce(excluded.description, market_news.description),
    content = coalesce(excluded.content, market_news.content),
    published_at = excluded.published_at,
    fetched_at = excluded.fetched_at,
    updated_at = now()
where (
  market_news.source, market_news.author, market_news.title, market_news.description, market_news.content, market_news.published_at
) is distinct from (
  excluded.source, coalesce(excluded.author, market_news.author), excluded.title, coalesce(excluded.description, market_news.description),
  coalesce(excluded.content, market_news.content), excluded.published_at
)
returning (xmax = 0) as inserted
