-- Lift the statement timeout until the transaction ends, because it would cancel a portal with a slow reader.
select set_config('statement_timeout', '0', true)
