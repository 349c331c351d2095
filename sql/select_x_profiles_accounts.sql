-- X accounts whose profiles are collected. $1: JSON: at (ISO instant), accounts (the list: username, category). An account without a profile is due at once.
select distinct on (pg_catalog.lower(pg_catalog.ltrim(a.line ->> 'username'::text, '@')))
  pg_catalog.lower(pg_catalog.ltrim(a.line ->> 'username'::text, '@')) as target, pg_catalog.ltrim(a.line ->> 'username'::text, '@') as username, nullif(a.line ->> 'category'::text, '') as category,
  case when p.handle is null then ($1::jsonb ->> 'at'::text)::timestamptz end as stale_since,
  case when pg_catalog.ltrim(a.line ->> 'username'::text, '@') !~ '^[A-Za-z0-9_]{1,15}$' then 'it is not a handle: correct x-accounts.csv' end as blocked_reason
from pg_catalog.jsonb_array_elements($1::jsonb -> 'accounts'::text) with ordinality as a (line, place)
left join x_user_profiles p on p.handle = pg_catalog.lower(pg_catalog.ltrim(a.line ->> 'username'::text, '@'))
order by 1, a.place
