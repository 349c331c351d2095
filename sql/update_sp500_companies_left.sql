-- Mark members that the list no longer names, and end periods that the page no longer states. $1: rows of the list as JSON, $2:
-- instant of the answer. Returns the name and the fate of each member that ended.
with unstated as (
  update sp500_membership
  set known_to = $2, updated_at = now()
  where known_to is null and seen_at < $2
    -- a page without a readable table of changes states nothing
    and exists (select from sp500_membership where seen_at = $2)
)
update sp500_companies
set is_member = false, removed_at = $2, updated_at = now()
where is_member
  and symbol not in (select symbol from jsonb_populate_recordset(null::sp500_companies, $1))
returning symbol as name, 'left' as fate
