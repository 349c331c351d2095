-- X accounts whose posts are collected, and when each is due. $1: JSON: at (ISO instant), accounts (the list), left (what is left of the month's
-- quota per credential: credential, unit, left, until). Days are days in Seoul, because the scheduled runs are on its mornings.
-- An account is due an interval after its last success, or on the first of its weekdays after it, so that the account catches up on a missed day.
-- A new account is due on the first of its days since its id is known. An account whose first request failed is due at once.
-- The more important accounts come first in the month's quota. Surplus requests go to the account with most new posts, some each day,
-- so that all are used by the month's end. If only requests limit a credential, its pages have the largest size.
with context as (
  select ($1::jsonb ->> 'at'::text)::timestamptz as at, (($1::jsonb ->> 'at'::text)::timestamptz at time zone 'Asia/Seoul')::date as today
), listed as (
  -- if an account has two lines, the more important one counts
  select distinct on (pg_catalog.lower(pg_catalog.ltrim(a.line ->> 'username'::text, '@')))
    pg_catalog.lower(pg_catalog.ltrim(a.line ->> 'username'::text, '@')) as target, pg_catalog.ltrim(a.line ->> 'username'::text, '@') as username, a.line ->> 'group'::text as "group",
    nullif(a.line ->> 'category'::text, '') as category, nullif(a.line ->> 'credential'::text, '') as credential, a.position,
    pg_catalog.lower(a.line ->> 'frequency'::text) as frequency,
    case when a.line ->> 'priority'::text ~ '^\d{1,4}$' then (a.line ->> 'priority'::text)::integer else 9 end as priority,
    case when a.line ->> 'max_results'::text ~ '^\d{1,3}$' then (a.line ->> 'max_results'::text)::integer else 50 end as max_results
  from pg_catalog.jsonb_array_elements($1::jsonb -> 'accounts'::text) with ordinality as a (line, position)
  order by 1, 8, a.position
), recent as (
  select pg_catalog.lower(x.source_account) as target, pg_catalog.count(*)::numeric / 28.0 as posts_a_day
  from x_posts x
  cross join context o
  where x.created_at > o.at - interval '28 days' and x.created_at <= o.at
  group by 1
), past_cost as (
  -- past cost of collecting an account once: all pages of one day count as one collection, even from several runs
  select r.target, pg_catalog.count(*)::numeric / pg_catalog.count(distinct r.day)::numeric as requests, pg_catalog.sum(r.posts) / pg_catalog.count(distinct r.day)::numeric as posts, pg_catalog.sum(r.usd) / pg_catalog.count(distinct r.day)::numeric as usd,
    pg_catalog.count(*) filter (where r.day = r.today) as requests_today, pg_catalog.max(r.day) filter (where r.day < r.today) as day_before
  from (
    select r.target, r.posts, r.usd, (r.go_at at time zone 'Asia/Seoul')::date as day, o.today
    from provider_requests r
    cross join context o
    where r.provider = 'x' and r.unit = 'x-posts' and r.outcome = 'answered' and r.go_at > o.at - interval '35 days'
  ) r
  group by r.target
), known as (
  select l.*, o.at, o.today, p.user_id, p.handle is not null as is_known, p.status,
    (s.last_success at time zone 'Asia/Seoul')::date as last_day, s.last_attempt is not null as is_attempted,
    (least(p.last_checked, o.at) at time zone 'Asia/Seoul')::date as known_day,
    case when l.frequency = 'daily' then 1 when l.frequency ~ '^every_[1-9]\d?_days$' then pg_catalog.split_part(l.frequency, '_', 2)::integer end as every_days,
    case when l.frequency ~ '^weekdays:((sun|mon|tue|wed|thu|fri|sat)(\||$))+$' then array(
      select pg_catalog.array_position(array['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'], name) - 1 from pg_catalog.unnest(pg_catalog.string_to_array(pg_catalog.substr(l.frequency, 10), '|')) as name
    ) end as weekdays,
    coalesce(n.posts_a_day, 0) as posts_a_day, c.requests, c.posts, c.usd, c.requests_today, c.day_before
  from listed l
  cross join context o
  left join x_user_profiles p on p.handle = l.target
  left join target_state s on s.unit = 'x-posts' and s.target = l.target
  left join recent n on n.target = l.target
  left join past_cost c on c.target = l.target
), able as (
  select *,
    case
      when username !~ '^[A-Za-z0-9_]{1,15}$' then 'it is not a handle: correct x-accounts.csv'
      when every_days is null and weekdays is null then 'its frequency is none of daily, every_2_days, weekdays:mon|thu: correct x-accounts.csv'
      when credential is null then 'it names no credential: correct x-accounts.csv'
      when not is_known then 'its id is not known yet: run fin ingest x-profiles first'
      when status = 'suspended' then 'X has suspended it'
      when user_id is null then 'X knows no account of that name: correct x-accounts.csv'
    end as blocked_reason
  from known
), planned as (
  select a.*, case
    when last_day is null and (every_days is not null or is_attempted or known_day is null) then today
    when last_day is null then (select pg_catalog.min(known_day + n) from pg_catalog.generate_series(0, 6) as n where extract(dow from known_day + n)::integer = any (weekdays))
    when every_days is not null then last_day + every_days
    else (select pg_catalog.min(last_day + n) from pg_catalog.generate_series(1, 7) as n where extract(dow from last_day + n)::integer = any (weekdays))
  end as due_day
  from able a
  where blocked_reason is null
), budgets as (
  select b.credential, b.unit, b."left", ((b.until at time zone 'Asia/Seoul') - interval '8 hours')::date as last_window
  from pg_catalog.jsonb_to_recordset(coalesce($1::jsonb -> 'left'::text, '[]')) as b (credential text, unit text, "left" numeric, until timestamptz)
), needs as (
  -- collections of each account until the month ends, and the cost of one: its past cost, or an estimate before the first
  select p.target, p.credential, p.priority, p.position, b.unit, b."left", b.last_window - p.today + 1 as days,
    case when p.due_day > b.last_window then 0
      when p.every_days is not null then (b.last_window - greatest(p.due_day, p.today)) / p.every_days + 1
      else 1 + (select pg_catalog.count(*) from pg_catalog.generate_series(1, b.last_window - greatest(p.due_day, p.today)) as n
                where extract(dow from greatest(p.due_day, p.today) + n)::integer = any (p.weekdays))
    end::numeric as collections,
    case b.unit when 'requests' then coalesce(p.requests, 1) when 'posts' then coalesce(p.posts, 20) else coalesce(p.usd, 0.1) end as cost
  from planned p
  join budgets b on b.credential = p.credential
), ranked as (
  select *, pg_catalog.sum(collections * cost) over (partition by credential, unit order by priority, position) - collections * cost as before,
    pg_catalog.sum(collections * cost) over (partition by credential, unit) as whole
  from needs
), extra_today as (
  -- today's requests of each credential for accounts that were not due
  select credential, pg_catalog.sum(requests_today) as requests
  from planned
  where last_day = today and case
    when every_days is not null then day_before + every_days > today
    else not exists (select from pg_catalog.generate_series(1, today - day_before) as n where extract(dow from day_before + n)::integer = any (weekdays)) and day_before is not null
  end
  group by credential
), fitting as (
  select r.target, pg_catalog.bool_and(r.before + r.cost <= r."left") as fits,
    -- less than one surplus request a day is reserved for failures
    pg_catalog.max(case when r.unit = 'requests' then case when s.a_day < 1::numeric then 0 else pg_catalog.round(s.a_day) end - coalesce(t.requests, 0) end) as surplus
  from ranked r
  left join extra_today t on t.credential = r.credential
  cross join lateral (select (r."left" + coalesce(t.requests, 0) - r.whole - pg_catalog.ceil(r.days::numeric / 10.0)) / r.days::numeric as a_day) s
  group by r.target
), extra as (
  select p.target, row_number() over by_new_posts as ordinal, pg_catalog.sum(coalesce(p.requests, 1)) over by_new_posts - coalesce(p.requests, 1) + 1::numeric as needed
  from planned p
  join fitting f on f.target = p.target
  where f.fits and p.due_day > p.today and p.last_day < p.today and p.posts_a_day > 0::numeric
  window by_new_posts as (partition by p.credential order by p.posts_a_day * (p.today - p.last_day)::numeric desc, p.priority, p.position)
), free as (
  select credential from budgets group by credential having pg_catalog.bool_and(unit = 'requests')
)
select a.target, a.username, a."group", a.category, a.credential, a.user_id,
  case when a.credential in (select credential from free) then 100 else a.max_results end as max_results,
  case when e.needed <= f.surplus then 100 + e.ordinal::integer else a.priority end as priority,
  case when p.target is null or not coalesce(f.fits, true) then null
    when e.needed <= f.surplus then a.at
    else p.due_day::timestamp at time zone 'Asia/Seoul'
  end as due_at,
  case when p.due_day <= a.today and not f.fits
    then 'key ' || a.credential || ' holds too little this month for it beside more important accounts' end as deferred_reason,
  a.blocked_reason
from able a
left join planned p on p.target = a.target
left join fitting f on f.target = a.target
left join extra e on e.target = a.target
order by a.priority, a.position
