-- Price, change and volume of each exchange-traded fund that was ever traded. $1: the last minute whose bars count; $2,
-- $3: the opening of the latest session and the end of its closing auction; $4, $5: those of the session before it.
select
  c.symbol, c.name, q.current_price, q.as_of, q.previous_close, q.change_amount, q.change_percentage, q.volume, q.volume_24h
from market_quotes(
  'etf'::text, array(select f.symbol from etf_basic_info f),
  $1::timestamptz, $2::timestamptz, $3::timestamptz, $4::timestamptz, $5::timestamptz
) q
join etf_basic_info c on c.symbol = q.symbol
order by c.symbol
