-- News of 500 companies over the last year. $1: the number of articles.
insert into company_news (symbol, url, source, title, published_at, fetched_at)
select 'S' || n % 500, 'https://news.example/' || n, 'bench', 'Article ' || n, now() - n * (interval '365 days' / $1::bigint), now()
from generate_series(1::bigint, $1::bigint) as n
