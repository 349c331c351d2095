-- The 50 largest index members by market capitalisation; names as the consumer knows them.
create or replace view sp500_top50 as
select c.symbol, c.company_name, c.gics_sector as sector, c.gics_sub_industry as industry, c.created_at, c.updated_at
from sp500_companies c
left join company_overview o on o.symbol = c.symbol
where c.is_member
order by coalesce(o.market_capitalization, c.market_cap) desc nulls last, c.symbol
limit 50;
comment on view sp500_top50 is 'The 50 largest members by market capitalisation (members without one come last)';
