-- Fill in the columns that only the overview of a company has. $1: rows of company_overview as JSON, $2: the instant of the answer. The values
-- come from the stored row, and only if it is of the day of this answer: an older answer changes nothing.
with fundamentals as (
  select o.symbol, o.market_capitalization as market_cap, nullif(o.official_site, '') as website,
    case when o.extra ->> 'FullTimeEmployees'::text ~ '^[0-9]{1,9}$' then (o.extra ->> 'FullTimeEmployees'::text)::integer end as employees
  from company_overview o
  join pg_catalog.jsonb_populate_recordset(null::company_overview, $1) as answered on answered.symbol = o.symbol
  where o.as_of = ($2::timestamptz at time zone 'UTC')::date
)
update sp500_companies c
set market_cap = coalesce(fundamentals.market_cap, c.market_cap),
    website = coalesce(fundamentals.website, c.website),
    employees = coalesce(fundamentals.employees, c.employees),
    updated_at = now()
from fundamentals
where fundamentals.symbol = c.symbol
  and (c.market_cap, c.website, c.employees)
    is distinct from (coalesce(fundamentals.market_cap, c.market_cap), coalesce(fundamentals.website, c.website), coalesce(fundamentals.employees, c.employees))
