-- Set the lock timeout of this transaction, and return the previous one. $1: the new timeout, such as 2s; 0: none.
with earlier as materialized (select current_setting('lock_timeout') as lock_timeout)
select lock_timeout as earlier, set_config('lock_timeout', $1, true) as patience
from earlier
