-- query sp500-sectors: members of the S&P 500 per sector.
select coalesce(gics_sector, 'unknown') as sector, pg_catalog.count(*) as members, pg_catalog.round(100.0 * pg_catalog.count(*)::numeric / pg_catalog.sum(pg_catalog.count(*)) over (), 1) as percent,
  pg_catalog.max(date_added) as newest_member_since
from sp500_companies
where is_member
group by 1
order by pg_catalog.count(*) desc, 1
