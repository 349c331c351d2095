-- Mark markets that the list no longer names. $1: rows of the list as JSON, $2: instant of the answer. Returns the name and the
-- fate of each row that ended.
update market_code_bithumb
set delisted_at = $2, updated_at = now()
where delisted_at is null
  and market_code not in (select market_code from jsonb_populate_recordset(null::market_code_bithumb, $1))
returning market_code as name, 'delisted' as fate
