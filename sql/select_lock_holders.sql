-- Sessions for which a session waits, directly or behind others in the queue. $1: the server's process of the session that waits.
-- A session that waits itself is not named: it is only next in the queue.
with recursive queue (pid) as (
  select blocking.pid from pg_catalog.unnest(pg_catalog.pg_blocking_pids($1::integer)) as blocking (pid)
  union
  select blocking.pid from queue cross join lateral pg_catalog.unnest(pg_catalog.pg_blocking_pids(queue.pid)) as blocking (pid)
)
select holder.pid, holder.usename as role, holder.application_name as application
from queue
join pg_stat_activity as holder on holder.pid = queue.pid and pg_catalog.cardinality(pg_catalog.pg_blocking_pids(holder.pid)) = 0
order by holder.pid
