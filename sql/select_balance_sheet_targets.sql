-- Members of the index, with the spelling of Alpha Vantage. $1: target context as JSON: at. A member is stale from two days after its
-- report date, when the provider has the report.
select c.symbol as target, c.symbol_alphavantage, pg_catalog.max(e.has_it_at) as stale_since
from sp500_companies c
left join (
  select symbol, (report_date + 2)::timestamp at time zone 'UTC' as has_it_at
  from earnings_calendar
  where superseded_at is null
) e on e.symbol = c.symbol and e.has_it_at <= ($1::jsonb ->> 'at'::text)::timestamptz
where c.is_member
group by c.symbol
order by c.symbol
