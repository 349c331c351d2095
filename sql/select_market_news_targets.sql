-- Queries of NewsAPI as targets. $1: target context as JSON: at, scheduled_at, and the list queries (kind, value). A source that is missing
-- from the weekly list of sources is left out. A keyword whose day was read only in part resumes at the next scheduled run, after all others.
with context as (
  select ($1::jsonb ->> 'scheduled_at')::timestamptz as scheduled_at,
    date_trunc('day', ($1::jsonb ->> 'scheduled_at')::timestamptz at time zone 'UTC' - interval '24 hours') at time zone 'UTC' as read_to
),
query as (
  select distinct on (kind, lower(value)) kind, value, position
  from (
    select lower(trim(item ->> 'kind')) as kind, trim(item ->> 'value') as value, position
    from jsonb_array_elements($1::jsonb -> 'queries') with ordinality as listed (item, position)
  ) as listed
  where value <> ''
  order by kind, lower(value), position
),
named as (
  select kind || ':' || value as target, kind, value, position from query
  union all
  select 'sources', 'sources', null, 0 from query where kind = 'source' group by ()
  having count(*) > 0
)
select named.target,
  case when state.goes_on then 1 else 0 end as priority,
  case when named.kind = 'sources' then '7 days' end as every,
  case when state.goes_on then $1::jsonb ->> 'scheduled_at' end as stale_since,
  coalesce(state.goes_on, false) as goes_on
from named
cross join context
left join lateral (
  select jsonb_array_length(cursor -> 'open') > 0 and (cursor ->> 'read_to')::timestamptz >= context.read_to
    and last_success < context.scheduled_at as goes_on
  from target_state
  where unit = 'market-news' and target = named.target and cursor ? 'open'
) as state on true
where named.kind <> 'source' or not exists (
  select from target_state
  where unit = 'market-news' and target = 'sources' and cursor ? 'sources' and not cursor -> 'sources' ? lower(named.value)
)
order by named.position
