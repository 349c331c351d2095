-- Contracts of 20 exchanges, 7,000 a batch, a batch a day. $1: the number of rows.
insert into coingecko_derivatives (batch_id, market, symbol, index_id, contract_type, expired_at, expiry, price, collected_at)
select to_char(at.instant, 'YYYYMMDD_HH24MISS'), 'Exchange ' || n % 20, 'C' || n % 7000, 'C' || n % 350, 'futures', at.instant + interval '90 days', at.instant + interval '90 days', 10 + n % 100, at.instant
from generate_series(0::bigint, $1::bigint - 1) as n
cross join lateral (select date_trunc('day', now()) - (($1::bigint - n) / 7000) * interval '1 day' as instant) as at
