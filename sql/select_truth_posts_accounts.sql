-- Truth Social accounts whose posts are collected. $1: JSON: at (ISO instant), accounts (the list: username, account_id). An id that
-- is not in the list comes from a look-up. refresh_from: the oldest post that has become 1, 6 or 24 hours old since the last complete walk.
-- Accounts that need a look-up come last, because look-ups may be refused.
with listed as (
  -- if an account has two lines, the first one counts
  select distinct on (pg_catalog.lower(pg_catalog.ltrim(a.line ->> 'username'::text, '@')))
    pg_catalog.lower(pg_catalog.ltrim(a.line ->> 'username'::text, '@')) as target, pg_catalog.ltrim(a.line ->> 'username'::text, '@') as username, a.position,
    nullif(a.line ->> 'account_id'::text, '') as listed_id
  from pg_catalog.jsonb_array_elements($1::jsonb -> 'accounts'::text) with ordinality as a (line, position)
  order by 1, a.position
), known as (
  select l.*, ($1::jsonb ->> 'at'::text)::timestamptz as at, s.last_success, s.last_attempt, s.cursor,
    coalesce(l.listed_id, s.cursor ->> 'account_id'::text) as account_id,
    l.listed_id is null and s.cursor ? 'is_suspended'::text and s.last_success > ($1::jsonb ->> 'at'::text)::timestamptz - interval '30 days' as is_suspended
  from listed l
  left join target_state s on s.unit = 'truth-posts' and s.target = l.target
)
select k.target, k.username, case when k.cursor ? 'is_suspended'::text then k.listed_id else k.account_id end as account_id, r.refresh_from,
  k.cursor ->> 'min_id'::text as walked_to,
  case when k.account_id is null then 1 else 0 end as priority,
  case
    when k.username !~ '^[A-Za-z0-9_]{1,30}$' then 'it is not the name of an account: correct truth-accounts.csv'
    when k.listed_id !~ '^[0-9]{1,30}$' then 'its account_id is not a number: correct truth-accounts.csv, or leave it empty'
    when k.is_suspended then 'Truth Social has suspended it; it is looked up again 30 days after ' || pg_catalog.to_char(k.last_success at time zone 'UTC', 'YYYY-MM-DD')
  end as blocked_reason
from known k
left join lateral (
  select p.id as refresh_from
  from truth_social_posts p
  cross join pg_catalog.unnest(array[interval '1 hour', interval '6 hours', interval '24 hours']) as mark (age)
  where p.account_id = k.account_id and p.created_at > k.last_success - interval '24 hours'
    and p.created_at + mark.age <= k.at and p.created_at + mark.age > k.last_success
  order by pg_catalog.length(p.id), p.id
  limit 1
) r on true
order by k.position
