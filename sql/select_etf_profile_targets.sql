-- The collected funds as targets, the most popular first.
select symbol as target
from etf_basic_info
order by popularity_rank nulls last, symbol
