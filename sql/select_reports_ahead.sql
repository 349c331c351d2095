-- Reports of members from yesterday to 14 days ahead, as targets, nearest first. $1: the occasion as JSON; only its instant "at" is read.
select c.symbol || '/' || e.report_date as target, coalesce(c.symbol_finnhub, c.symbol) as symbol_finnhub,
  e.report_date - t.today as priority
from (select (($1::jsonb ->> 'at')::timestamptz at time zone 'UTC')::date as today) t
join earnings_calendar e on e.report_date between t.today - 1 and t.today + 14
join sp500_companies c on c.symbol = e.symbol
where e.superseded_at is null and c.is_member
group by c.symbol, c.symbol_finnhub, e.report_date, t.today
order by e.report_date, c.symbol
