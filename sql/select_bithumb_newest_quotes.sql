-- The newest quote of each listed market.
select q.*
from bithumb_ticker_latest q
join market_code_bithumb m on m.market_code = q.market
where m.delisted_at is null
