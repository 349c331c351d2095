-- Funds of the list that are marked for the feed, as targets, the most popular first.
select symbol as target
from etf_basic_info
where finnhub_enabled
order by popularity_rank nulls last, symbol
