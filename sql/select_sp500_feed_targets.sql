-- Members of the S&P 500, as targets of the feed, in the spelling of Finnhub.
select coalesce(symbol_finnhub, symbol) as target
from sp500_companies
where is_member
order by symbol
