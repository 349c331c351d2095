-- Settings of every transaction, whatever the server, the database and the role set: forms of values, and time limits.
-- They end with the transaction, so that they hold behind a connection pooler and never reach another program.
select set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, YMD', true), set_config('IntervalStyle', 'postgres', true),
  set_config('extra_float_digits', '1', true), set_config('standard_conforming_strings', 'on', true), set_config('array_nulls', 'on', true),
  set_config('client_min_messages', 'warning', true), set_config('lock_timeout', '0', true),
  set_config('statement_timeout', '5min', true), set_config('idle_in_transaction_session_timeout', '10min', true)
