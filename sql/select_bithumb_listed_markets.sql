-- Bithumb markets that are listed, as targets: won markets first.
select market_code as target
from market_code_bithumb
where delisted_at is null
order by quote = 'KRW' desc, market_code
