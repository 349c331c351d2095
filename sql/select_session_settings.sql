-- Settings of every connection. $1: statement timeout, $2: idle-in-transaction timeout, both in milliseconds as text.
select set_config('TimeZone', 'UTC', false), set_config('DateStyle', 'ISO, YMD', false), set_config('IntervalStyle', 'postgres', false),
  set_config('client_min_messages', 'warning', false),
  set_config('statement_timeout', $1, false), set_config('idle_in_transaction_session_timeout', $2, false)
