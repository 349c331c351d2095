-- Quotes of 400 markets over the last year. $1: the number of quotes.
insert into bithumb_ticker (market, trade_price, signed_change_rate, change, acc_trade_price_24h, timestamp_field, quoted_at, source)
select 'KRW-C' || n % 400, 1000 + n % 977 + 0.25, ((n % 200) - 100) / 1000.0, 'RISE', 123456789.125 + n, at.ms, to_timestamp(at.ms / 1000.0), 'bench'
from generate_series(0::bigint, $1::bigint - 1) as n
cross join lateral (select (extract(epoch from date_trunc('minute', now())) * 1000)::bigint - ($1::bigint - n) / 400 * (31536000000 / greatest($1::bigint / 400, 1)) as ms) as at
