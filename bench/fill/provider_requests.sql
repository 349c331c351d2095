-- Requests to six providers over the last year, all finished. $1: the number of requests.
insert into provider_requests (provider, credential, unit, reserved_at, go_at, counts_until, finished_at, outcome, status, host, pid)
select (array['finnhub', 'alpha-vantage', 'coingecko', 'bithumb', 'fred', 'newsapi'])[1 + n % 6], '1', 'bench', at.instant, at.instant, at.instant, at.instant, 'answered', 200, 'elsewhere', 1
from generate_series(1::bigint, $1::bigint) as n
cross join lateral (select now() - interval '1 hour' - n * (interval '365 days' / $1::bigint) as instant) as at
