-- X accounts whose profiles are collected. $1: JSON: at (ISO instant), accounts (the list: username, category). An account without a profile is due at once.
select distinct on (lower(ltrim(a.line ->> 'username', '@')))
  lower(ltrim(a.line ->> 'username', '@')) as target, ltrim(a.line ->> 'username', '@') as username, nullif(a.line ->> 'category', '') as category,
  case when p.handle is null then ($1::jsonb ->> 'at')::timestamptz end as stale_since,
  case when ltrim(a.line ->> 'username', '@') !~ '^[A-Za-z0-9_]{1,15}$' then 'that is no handle: correct x-accounts.csv' end as blocked_reason
from jsonb_array_elements($1::jsonb -> 'accounts') with ordinality as a (line, place)
left join x_user_profiles p on p.handle = lower(ltrim(a.line ->> 'username', '@'))
order by 1, a.place
