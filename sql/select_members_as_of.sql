-- query members-as-of: the members of the S&P 500 on a day, as they were known then.
-- $1 at (date, today): the day in New York
-- $2 known-at (instant, null): with the versions of this instant; default: the end of the day in New York
-- $3 limit (integer rows, 1000): maximum number of rows
with asked as (
  -- The versions of the first collection are the earliest, also for a day before it.
  select greatest(coalesce($2::timestamptz, ($1::date + 1)::timestamp at time zone 'America/New_York'), min(known_from)) as known_at
  from sp500_membership
)
select symbol, company_name, from_date, to_date, source, flag
from sp500_membership, asked
where known_from <= known_at and (known_to is null or known_to > known_at)
  and (from_date is null or from_date <= $1::date) and (to_date is null or to_date > $1::date)
order by symbol
limit $3::integer
