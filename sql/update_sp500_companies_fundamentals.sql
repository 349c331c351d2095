-- Fill in what only the overview of a company tells. $1: rows of company_overview as JSON, $2: the instant of the answer. Taken from what
-- is stored by now, and only when that is of the day of this answer: an older answer changes nothing.
with known as (
  select o.symbol, o.market_capitalization as market_cap, nullif(o.official_site, '') as website,
    case when o.extra ->> 'FullTimeEmployees' ~ '^[0-9]{1,9}$' then (o.extra ->> 'FullTimeEmployees')::integer end as employees
  from company_overview o
  join jsonb_populate_recordset(null::company_overview, $1) as answered on answered.symbol = o.symbol
  where o.as_of = ($2::timestamptz at time zone 'UTC')::date
)
update sp500_companies c
set market_cap = coalesce(known.market_cap, c.market_cap),
    website = coalesce(known.website, c.website),
    employees = coalesce(known.employees, c.employees),
    updated_at = now()
from known
where known.symbol = c.symbol
  and (c.market_cap, c.website, c.employees)
    is distinct from (coalesce(known.market_cap, c.market_cap), coalesce(known.website, c.website), coalesce(known.employees, c.employees))
