-- Queries of NewsAPI as targets. $1: target context as JSON: at, scheduled_at, and the list queries (kind, value). A source that is missing
-- from the weekly list of sources is left out. A keyword whose day was read only in part resumes at the next scheduled run, after all others.
with context as (
  select ($1::jsonb ->> 'scheduled_at'::text)::timestamptz as scheduled_at,
    pg_catalog.date_trunc('day', ($1::jsonb ->> 'scheduled_at'::text)::timestamptz at time zone 'UTC' - interval '24 hours') at time zone 'UTC' as read_to
),
query as (
  select distinct on (kind, pg_catalog.lower(value)) kind, value, position
  from (
    select pg_catalog.lower(trim(item ->> 'kind'::text)) as kind, trim(item ->> 'value'::text) as value, position
    from pg_catalog.jsonb_array_elements($1::jsonb -> 'queries'::text) with ordinality as listed (item, position)
  ) as listed
  where value <> ''
  order by kind, pg_catalog.lower(value), position
),
named as (
  select kind || ':' || value as target, kind, value, position from query
  union all
  select 'sources', 'sources', null, 0 from query where kind = 'source' group by ()
  having pg_catalog.count(*) > 0
)
select named.target,
  case when state.goes_on then 1 else 0 end as priority,
  case when named.kind = 'sources' then '7 days' end as every,
  case when state.goes_on then $1::jsonb ->> 'scheduled_at'::text end as stale_since,
  coalesce(state.goes_on, false) as goes_on
from named
cross join context
left join lateral (
  select pg_catalog.jsonb_array_length(cursor -> 'open'::text) > 0 and (cursor ->> 'read_to'::text)::timestamptz >= context.read_to
    and last_success < context.scheduled_at as goes_on
  from target_state
  where unit = 'market-news' and target = named.target and cursor ? 'open'::text
) as state on true
where named.kind <> 'source' or not exists (
  select from target_state
  where unit = 'market-news' and target = 'sources' and cursor ? 'sources'::text and not cursor -> 'sources'::text ? pg_catalog.lower(named.value)
)
order by named.position
