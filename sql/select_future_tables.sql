-- Tables with rows collected in the future, and their newest instant. $1: the latest valid instant.
-- Only tables that are small or have an index on the instant, so that it stays fast.
select table_name, newest
from (
  select 'balance_sheet'::text as table_name, (select max(fetched_at) from balance_sheet) as newest
  union all select 'coingecko_derivatives', (select max(collected_at) from coingecko_derivatives)
  union all select 'coingecko_global_market_data', (select max(collected_at) from coingecko_global_market_data)
  union all select 'earnings_calendar', (select max(fetched_at) from earnings_calendar)
  union all select 'etf_profile_holdings', (select max(collected_at) from etf_profile_holdings)
  union all select 'ipo_calendar', (select max(fetched_at) from ipo_calendar)
  union all select 'sp500_membership', (select max(greatest(known_from, seen_at)) from sp500_membership)
  union all select 'truth_social_trends', (select max(collected_at) from truth_social_trends)
) as collected
where newest > $1::timestamptz
order by table_name
