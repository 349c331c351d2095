-- Append versions of periods in the S&P 500. $1: rows as JSON. A version that differs from the current one ends it; an equal one
-- marks it as seen. An answer that is not newer than the current version changes nothing. The day of an answer that bounds an
-- unknown end is not a difference: the first such day is kept.
with given as (
  select g.symbol, g.period, g.from_date, g.company_name, g.source, g.flag, g.known_from, g.seen_at,
    g.to_date, c.symbol is not null as has_current,
    (g.from_date, g.company_name, g.source, g.flag) is not distinct from (c.from_date, c.company_name, c.source, c.flag)
      and (g.to_date is not distinct from c.to_date or coalesce(g.flag like '%end unknown: no removal, but%', false)) as is_same
  from jsonb_populate_recordset(null::sp500_membership, $1) as g
  left join sp500_membership as c on c.symbol = g.symbol and c.period = g.period and c.known_to is null
), seen as (
  update sp500_membership as stored
  set seen_at = given.seen_at
  from given
  where given.is_same and stored.symbol = given.symbol and stored.period = given.period and stored.known_to is null
    and stored.seen_at < given.seen_at
), ended as (
  update sp500_membership as stored
  set known_to = given.known_from, updated_at = now()
  from given
  where not given.is_same and stored.symbol = given.symbol and stored.period = given.period and stored.known_to is null
    and stored.known_from < given.known_from
  returning stored.symbol, stored.period
)
insert into sp500_membership (
  symbol, period, from_date, to_date, company_name, source, flag, known_from, seen_at
)
select
  given.symbol, given.period, given.from_date, given.to_date, given.company_name, given.source, given.flag, given.known_from, given.seen_at
from given
-- the join ends the current version before the new one is inserted
left join ended on ended.symbol = given.symbol and ended.period = given.period
where ended.symbol is not null
  or not given.has_current and not exists (
    select from sp500_membership as later
    where later.symbol = given.symbol and later.period = given.period and later.known_to > given.known_from
  )
on conflict (symbol, period, known_from) do nothing
returning true as inserted
