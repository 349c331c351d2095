-- Quotes of 360 coins on 7 exchanges over the last year. $1: the number of quotes.
insert into coingecko_tickers_bithumb_matched (
  coingecko_id, exchange_id, base, target, timestamp, market_code, symbol, exchange_name, last_price, converted_last_usd, converted_volume_usd
)
select 'coin-' || coin, exchange, 'C' || coin, case when exchange in ('upbit', 'bithumb') then 'KRW' else 'USDT' end,
  date_trunc('minute', now()) - ($1::bigint - n) / 2520 * (interval '365 days' / greatest($1::bigint / 2520, 1)),
  'KRW-C' || coin, 'C' || coin, exchange, case when exchange in ('upbit', 'bithumb') then 1400 else 1 end * (10 + coin), 10 + coin, 1000 + n % 5000
from generate_series(0::bigint, $1::bigint - 1) as n
cross join lateral (
  select n / 7 % 360 as coin, (array['upbit', 'bithumb', 'binance', 'gdax', 'kraken', 'okex', 'bybit_spot'])[n % 7 + 1] as exchange
) as quote
