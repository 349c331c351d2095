-- Members of the index, with the spelling of Alpha Vantage. $1: the occasion as JSON {at}. Who has reported is news for the provider as
-- well, a day after the day of the report is over.
select c.symbol as target, c.symbol_alphavantage, max(e.has_it_at) as stale_since
from sp500_companies c
left join (
  select symbol, (report_date + 2)::timestamp at time zone 'UTC' as has_it_at
  from earnings_calendar
  where superseded_at is null
) e on e.symbol = c.symbol and e.has_it_at <= ($1::jsonb ->> 'at')::timestamptz
where c.is_member
group by c.symbol
order by c.symbol
