-- The newest price, the previous close and the volume of 24 hours of each symbol, by scans of all trades. $1: the
-- instant up to which trades count, $2: close of the previous session.
with newest as (
  select distinct on (symbol) symbol, price
  from sp500_websocket_trades
  where flag is null and traded_at <= $1::timestamptz
  order by symbol, traded_at desc
), previous as (
  select distinct on (symbol) symbol, price
  from sp500_websocket_trades
  where flag is null and traded_at < $2::timestamptz
  order by symbol, traded_at desc
), traded as (
  select symbol, sum(volume) as volume_24h
  from sp500_websocket_trades
  where flag is null and traded_at > $1::timestamptz - interval '24 hours' and traded_at <= $1::timestamptz
  group by symbol
)
select symbol, newest.price, newest.price - previous.price as change, volume_24h
from newest
left join previous using (symbol)
left join traded using (symbol)
