-- Members of the index, with the spelling of Alpha Vantage.
select symbol as target, symbol_alphavantage
from sp500_companies
where is_member
order by symbol
