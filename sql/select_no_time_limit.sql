-- Lift the time limit of statements until the transaction ends: a portal that waits for a slow reader would be cancelled.
select set_config('statement_timeout', '0', true)
