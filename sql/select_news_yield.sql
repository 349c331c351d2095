-- query news-yield: articles that each planned news query gained per call, to find the queries worth keeping.
-- $1 since (date, null): only calls and finds of this day (UTC) and later; default: from the earliest stored call on
with calls as (
  select pg_catalog.split_part(requests.target, '/', 2) as query, pg_catalog.split_part(requests.target, '/', 1) as weekday, requests.go_at, requests.outcome
  from provider_requests as requests
  where requests.provider = 'alpha-vantage' and requests.unit = 'news-sentiment' and requests.target like '%/%' and requests.outcome <> 'not sent'
    and ($1::date is null or requests.go_at >= $1::date at time zone 'UTC')
), days as (
  -- Finds are stored longer than calls. Finds before the earliest stored call are left out.
  select pg_catalog.to_char(coalesce($1::date, (pg_catalog.min(go_at) at time zone 'UTC')::date), 'YYYYMMDD')::bigint as first_batch from calls
), called as (
  select query, pg_catalog.string_agg(distinct weekday, ' ') as weekdays, pg_catalog.count(*) as calls, pg_catalog.max(go_at) as last_call from calls group by query
), gained as (
  select query_type as query, pg_catalog.count(*) as first_finds from market_news_sentiment, days where batch_id >= first_batch group by query_type
), found as (
  select query_type as query, pg_catalog.count(distinct url_hash) as finds from market_news_sentiment_queries, days where batch_id >= first_batch group by query_type
), answered as (
  select distinct on (pg_catalog.split_part(target, '/', 2)) pg_catalog.split_part(target, '/', 2) as query, (cursor ->> 'articles'::text)::integer as last_articles
  from target_state where unit = 'news-sentiment' order by pg_catalog.split_part(target, '/', 2), last_success desc nulls last
)
select query, called.weekdays, coalesce(called.calls, 0) as calls, coalesce(gained.first_finds, 0) as first_finds, coalesce(found.finds, 0) as finds,
  pg_catalog.round(coalesce(gained.first_finds, 0)::numeric / nullif(called.calls, 0)::numeric, 2) as gained_per_call, answered.last_articles, called.last_call
from called
full join found using (query)
full join gained using (query)
left join answered using (query)
where query is not null
order by gained_per_call desc nulls last, query
