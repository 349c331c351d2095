-- Take a provider's turn until the transaction ends, so that its places are given out one after the other. $1: provider.
-- A statement of its own: what is counted next must not be seen from before the turn came. A place must survive a crash of the server.
select pg_advisory_xact_lock(hashtextextended('fin quota ' || $1, 0)) is null as taken,
  current_setting('transaction_isolation') as isolation,
  case when current_setting('synchronous_commit') = 'off' then set_config('synchronous_commit', 'on', true) end as durable
