-- Append versions of periods in the S&P 500. $1: rows as JSON. A version that differs from the current one ends it; an equal one
-- marks it as seen. An answer that is not newer than the current version changes nothing. The day of an answer that is
-- assumed as an end is not a difference: the first such day is kept.
with given as (
  select g.symbol, g.period_number, g.from_date, g.company_name, g.source, g.flag, g.known_from, g.seen_at,
    g.to_date, g.is_end_assumed, c.symbol is not null as has_current,
    (g.from_date, g.is_end_assumed, g.company_name, g.source, g.flag)
        is not distinct from (c.from_date, c.is_end_assumed, c.company_name, c.source, c.flag)
      and (g.to_date is not distinct from c.to_date or g.is_end_assumed) as is_same
  from jsonb_populate_recordset(null::sp500_membership, $1) as g
  left join sp500_membership as c on c.symbol = g.symbol and c.period_number = g.period_number and c.known_to is null
), seen as (
  update sp500_membership as stored
  set seen_at = given.seen_at
  from given
  where given.is_same and stored.symbol = given.symbol and stored.period_number = given.period_number and stored.known_to is null
    and stored.seen_at < given.seen_at
), ended as (
  update sp500_membership as stored
  set known_to = given.known_from, updated_at = now()
  from given
  where not given.is_same and stored.symbol = given.symbol and stored.period_number = given.period_number and stored.known_to is null
    and stored.known_from < given.known_from
  returning stored.symbol, stored.period_number
)
insert into sp500_membership (
  symbol, period_number, from_date, to_date, is_end_assumed, company_name, source, flag, known_from, seen_at
)
select
  given.symbol, given.period_number, given.from_date, given.to_date, given.is_end_assumed, given.company_name,
  given.source, given.flag, given.known_from, given.seen_at
from given
-- the join ends the current version before the new one is inserted
left join ended on ended.symbol = given.symbol and ended.period_number = given.period_number
where ended.symbol is not null
  or not given.has_current and not exists (
    select from sp500_membership as later
    where later.symbol = given.symbol and later.period_number = given.period_number and later.known_to > given.known_from
  )
on conflict (symbol, period_number, known_from) do nothing
returning true as inserted
