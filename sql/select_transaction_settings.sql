-- Settings of every transaction, whatever the server, the database and the role set: forms of values, and time limits.
-- They end with the transaction, so that they hold behind a connection pooler and never reach another program.
-- pid: the process of the server that runs the transaction. Behind a pooler it is not the one that the sign-in named.
-- pg_catalog leaves search_path, because PostgreSQL then searches it first. A function of the same name and arguments in another schema is not called.
select pg_catalog.set_config('search_path', pg_catalog.array_to_string(array(
    select pg_catalog.quote_ident(path.name::text)
    from pg_catalog.unnest(pg_catalog.current_schemas(false)) as path (name)
    where path.name::text operator(pg_catalog.<>) 'pg_catalog'::text
  ), ', '::text), true),
  pg_catalog.set_config('TimeZone', 'UTC', true), pg_catalog.set_config('DateStyle', 'ISO, YMD', true),
  pg_catalog.set_config('IntervalStyle', 'postgres', true), pg_catalog.set_config('extra_float_digits', '1', true),
  pg_catalog.set_config('standard_conforming_strings', 'on', true), pg_catalog.set_config('array_nulls', 'on', true),
  pg_catalog.set_config('client_min_messages', 'warning', true), pg_catalog.set_config('lock_timeout', '0', true),
  pg_catalog.set_config('statement_timeout', '5min', true), pg_catalog.set_config('idle_in_transaction_session_timeout', '10min', true),
  pg_catalog.pg_backend_pid() as pid
