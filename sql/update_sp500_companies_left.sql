-- Mark members that the list no longer names. $1: rows of the list as JSON, $2: instant of the answer. Returns the name and the
-- fate of each row that ended.
update sp500_companies
set is_member = false, removed_at = $2, updated_at = now()
where is_member
  and symbol not in (select symbol from jsonb_populate_recordset(null::sp500_companies, $1))
returning symbol as name, 'left' as fate
