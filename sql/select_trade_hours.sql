-- The hours of a range with stored trades or quotes, in order. $1: begin, $2: end, both whole minutes.
-- One short search per hour: a partition is read only until its first row.
select hour.at as begins_at
from pg_catalog.generate_series(
  pg_catalog.date_trunc('hour', greatest($1::timestamptz, timestamptz '1970-01-01Z'), 'UTC'),
  least($2::timestamptz, timestamptz '2200-01-01Z') - interval '1 minute', interval '1 hour'
) as hour (at)
where exists (
    select from sp500_websocket_trades where traded_at >= hour.at and traded_at < hour.at + interval '1 hour'
  ) or exists (
    select from finnhub_trades where traded_at >= hour.at and traded_at < hour.at + interval '1 hour'
  ) or exists (
    select from etf_realtime_prices where traded_at >= hour.at and traded_at < hour.at + interval '1 hour'
  ) or exists (
    select from bithumb_ticker where quoted_at >= hour.at and quoted_at < hour.at + interval '1 hour'
  )
order by hour.at
