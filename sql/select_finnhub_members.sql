-- Members of the S&P 500, as targets, with the spelling to request from Finnhub first.
select symbol as target, coalesce(symbol_finnhub, symbol) as symbol_finnhub
from sp500_companies
where is_member
order by symbol
