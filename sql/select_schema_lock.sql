-- Hold the lock of schema changes until the transaction ends, without a timeout.
select set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true),
  pg_advisory_xact_lock(hashtextextended('fin schema', 0))
