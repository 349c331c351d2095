-- query news-yield: articles that each planned news query gained per call, to find the queries worth keeping.
-- $1 since (date, null): only calls and finds of this day (UTC) and later; default: from the earliest stored call on
with calls as (
  select split_part(requests.target, '/', 2) as query, split_part(requests.target, '/', 1) as weekday, requests.go_at, requests.outcome
  from provider_requests as requests
  where requests.provider = 'alpha-vantage' and requests.unit = 'news-sentiment' and requests.target like '%/%' and requests.outcome <> 'not sent'
    and ($1::date is null or requests.go_at >= $1::date at time zone 'UTC')
), days as (
  -- Finds are stored longer than calls. Finds before the earliest stored call are left out.
  select to_char(coalesce($1::date, (min(go_at) at time zone 'UTC')::date), 'YYYYMMDD')::bigint as first_batch from calls
), called as (
  select query, string_agg(distinct weekday, ' ') as weekdays, count(*) as calls, max(go_at) as last_call from calls group by query
), gained as (
  select query_type as query, count(*) as first_finds from market_news_sentiment, days where batch_id >= first_batch group by query_type
), found as (
  select query_type as query, count(distinct url_hash) as finds from market_news_sentiment_queries, days where batch_id >= first_batch group by query_type
), answered as (
  select distinct on (split_part(target, '/', 2)) split_part(target, '/', 2) as query, (cursor ->> 'articles')::integer as last_articles
  from target_state where unit = 'news-sentiment' order by split_part(target, '/', 2), last_success desc nulls last
)
select query, called.weekdays, coalesce(called.calls, 0) as calls, coalesce(gained.first_finds, 0) as first_finds, coalesce(found.finds, 0) as finds,
  round(coalesce(gained.first_finds, 0)::numeric / nullif(called.calls, 0), 2) as gained_per_call, answered.last_articles, called.last_call
from called
full join found using (query)
full join gained using (query)
left join answered using (query)
where query is not null
order by gained_per_call desc nulls last, query
