-- query members-as-of: the members of the S&P 500 at an instant, as they were known then.
-- $1 at (instant, now): the instant; the day in New York counts
-- $2 known-at (instant, null): with the knowledge of this instant; default: that of the instant itself
-- $3 limit (integer rows, 1000): maximum number of rows
with asked as (
  -- The first collection is the earliest knowledge, also for an instant before it.
  select ($1::timestamptz at time zone 'America/New_York')::date as day,
    greatest(coalesce($2::timestamptz, $1::timestamptz), min(known_from)) as known_at
  from sp500_membership
)
select symbol, company_name, from_date, to_date, source, flag
from sp500_membership, asked
where known_from <= known_at and (known_to is null or known_to > known_at)
  and (from_date is null or from_date <= day) and (to_date is null or to_date > day)
order by symbol
limit $3::integer
