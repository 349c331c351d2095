-- Reports of members as targets: from yesterday to 14 days ahead, nearest first; then, latest first, those of the last 90 days
-- without a success since their day ended. $1: target context as JSON; only its instant "at" is read.
select c.symbol || '/' || e.report_date::text as target, coalesce(c.symbol_finnhub, c.symbol) as symbol_finnhub,
  case when e.report_date < t.today - 1 then 14 + t.today - e.report_date else e.report_date - t.today end as priority
from (select (($1::jsonb ->> 'at'::text)::timestamptz at time zone 'UTC')::date as today) t
join earnings_calendar e on e.report_date between t.today - 90 and t.today + 14
join sp500_companies c on c.symbol = e.symbol
left join target_state s on s.unit = 'earnings-news' and s.target = c.symbol || '/' || e.report_date::text
where e.superseded_at is null and c.is_member
  and (e.report_date >= t.today - 1 or s.last_success is null or s.last_success < (e.report_date + 1)::timestamp at time zone 'UTC')
group by c.symbol, c.symbol_finnhub, e.report_date, t.today
order by priority, c.symbol
