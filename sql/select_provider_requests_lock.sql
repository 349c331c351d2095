-- Take a provider's lock until the transaction ends, so that its reservations are made one at a time. $1: provider.
-- A separate statement, so that the next statement counts with a snapshot from after the lock. A reservation must survive a server crash.
select pg_advisory_xact_lock(hashtextextended('fin quota ' || $1, 0)) is null as taken,
  case when current_setting('synchronous_commit') = 'off' then set_config('synchronous_commit', 'on', true) end as durable
