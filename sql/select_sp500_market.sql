-- Price, change and volume of each member of the S&P 500 that was ever traded. $1: the last minute whose bars count;
-- $2, $3: the opening of the latest session and the end of its closing auction; $4, $5: those of the session before it.
select
  c.symbol, c.company_name as name, q.current_price, q.as_of, q.previous_close, q.change_amount, q.change_percentage, q.volume, q.volume_24h
from market_quotes(
  'equity'::text, array(select m.symbol from sp500_companies m where m.is_member),
  $1::timestamptz, $2::timestamptz, $3::timestamptz, $4::timestamptz, $5::timestamptz
) q
join sp500_companies c on c.symbol = q.symbol
order by c.symbol
