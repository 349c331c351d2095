-- Inserts quotes of 400 markets, one market after the other, a millisecond apart. $1: the number of quotes.
insert into bithumb_ticker (
  market, trade_price, signed_change_rate, change, trade_volume, acc_trade_price_24h, acc_trade_volume_24h, timestamp_field, quoted_at, source
)
select 'KRW-C' || n % 400, 1000 + n % 977 + 0.25, ((n % 200) - 100) / 1000.0, 'RISE', 0.5 + n % 13, 123456789.125 + n, 98765.4321 + n % 1000,
  1772323200000 + n, to_timestamp((1772323200000 + n) / 1000.0), 'bench'
from generate_series(1::bigint, $1::bigint) as n
