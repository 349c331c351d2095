-- How long statements of this transaction wait for a lock; gives what it was. $1: the new patience, such as 2s; 0 for no end.
with earlier as materialized (select current_setting('lock_timeout') as lock_timeout)
select lock_timeout as earlier, set_config('lock_timeout', $1, true) as patience
from earlier
