-- Upsert expected listings. $1: rows as JSON. The date moves with the answer; a price range is replaced as a whole, and an
-- omitted range erases nothing.
insert into ipo_calendar (
  symbol, company_name, ipo_date, price_range_low, price_range_high, currency, exchange, fetched_at
)
select
  symbol, company_name, ipo_date, price_range_low, price_range_high, currency, exchange, fetched_at
from jsonb_populate_recordset(null::ipo_calendar, $1)
on conflict (symbol) do update
set company_name = excluded.company_name,
    ipo_date = excluded.ipo_date,
    price_range_low = case when coalesce(excluded.price_range_low, excluded.price_range_high) is null then ipo_calendar.price_range_low else excluded.price_range_low end,
    price_range_high = case when coalesce(excluded.price_range_low, excluded.price_range_high) is null then ipo_calendar.price_range_high else excluded.price_range_high end,
    currency = coalesce(excluded.currency, ipo_calendar.currency),
    exchange = coalesce(excluded.exchange, ipo_calendar.exchange),
    fetched_at = greatest(excluded.fetched_at, ipo_calendar.fetched_at),
    updated_at = now()
where (
  ipo_calendar.company_name, ipo_calendar.ipo_date, ipo_calendar.price_range_low, ipo_calendar.price_range_high,
  ipo_calendar.currency, ipo_calendar.exchange
) is distinct from (
  excluded.company_name, excluded.ipo_date,
  case when coalesce(excluded.price_range_low, excluded.price_range_high) is null then ipo_calendar.price_range_low else excluded.price_range_low end,
  case when coalesce(excluded.price_range_low, excluded.price_range_high) is null then ipo_calendar.price_range_high else excluded.price_range_high end,
  coalesce(excluded.currency, ipo_calendar.currency),
  coalesce(excluded.exchange, ipo_calendar.exchange)
)
returning (xmax = 0) as inserted
