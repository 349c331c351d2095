-- Take a provider's lock until the transaction ends, so that its reservations are made one at a time. $1: provider.
-- A row that exists is locked and not changed. A separate statement, so that the next statement counts with a snapshot from after the lock.
-- The settings come first: the wait is bounded, and a reservation survives a server crash.
with settings as materialized (
  select set_config('lock_timeout', '1min', true),
    case when current_setting('synchronous_commit') = 'off' then set_config('synchronous_commit', 'on', true) end
)
insert into provider_locks (provider)
select $1 from settings
on conflict (provider) do update set provider = excluded.provider where false
