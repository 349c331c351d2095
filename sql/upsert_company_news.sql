-- Upsert articles by company. $1: rows as JSON. An unchanged article keeps its row and the instant of its first fetch.
insert into company_news (symbol, url, source, title, description, content, published_at, fetched_at)
select symbol, url, source, title, description, content, published_at, fetched_at
from jsonb_populate_recordset(null::company_news, $1)
on conflict (symbol, url_hash) do update
set source = coalesce(excluded.source, company_news.source),
    title = coalesce(excluded.title, company_news.title),
    description = coalesce(excluded.description, company_news.description),
    content = coalesce(excluded.content, company_news.content),
    published_at = coalesce(excluded.published_at, company_news.published_at),
    fetched_at = excluded.fetched_at,
    updated_at = now()
where (company_news.source, company_news.title, company_news.description, company_news.content, company_news.published_at)
  is distinct from (
    coalesce(excluded.source, company_news.source), coalesce(excluded.title, company_news.title),
    coalesce(excluded.description, company_news.description), coalesce(excluded.content, company_news.content),
    coalesce(excluded.published_at, company_news.published_at)
  )
returning (xmax = 0) as inserted
