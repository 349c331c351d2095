-- query sp500-sectors: members of the S&P 500 per sector.
select coalesce(gics_sector, 'unknown') as sector, count(*) as members, round(100.0 * count(*) / sum(count(*)) over (), 1) as percent,
  max(date_added) as newest_member_since
from sp500_companies
where is_member
group by 1
order by count(*) desc, 1
