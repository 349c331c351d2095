-- Time limits of a transaction that changes the schema: statements take as long as they need, and a wait for a lock is bounded.
select set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true),
  set_config('lock_timeout', '10min', true)
