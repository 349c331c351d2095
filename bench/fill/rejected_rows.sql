-- Rejected items, one of a hundred still open. $1: the number of items.
insert into rejected_rows (unit, kind, reason, item, received_at, rejected_at, settled_at, settled_by)
select 'company-news', 'item', 'field "url" is missing', '{"headline": "bench"}', at.instant, at.instant, settled.at, case when settled.at is not null then 'replayed' end
from generate_series(1::bigint, $1::bigint) as n
cross join lateral (select now() - n * interval '1 minute' as instant) as at
cross join lateral (select case when n % 100 <> 0 then at.instant end as at) as settled
