-- How far the company-overview unit is: one row per index member, in alphabetical order.
create or replace view company_overview_progress as
select row_number() over (order by c.symbol) as id,
  'sp500_full'::text as collection_name,
  c.symbol,
  (row_number() over (order by c.symbol))::integer as current_position,
  (count(*) over ())::integer as total_symbols,
  coalesce(s.last_success, s.last_attempt) as last_updated,
  case when s.last_success is null then 'active' else 'completed' end as status,
  s.last_attempt, s.last_success, coalesce(s.failures, 0) as failures, s.next_due
from sp500_companies c
left join target_state s on s.unit = 'company-overview' and s.target = c.symbol
where c.is_member;
comment on view company_overview_progress is 'Progress of company-overview per member, from target_state; status completed: asked with success at least once';
