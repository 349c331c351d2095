-- Sessions for which others wait that work on a table. $1: the table.
-- A session that waits itself is not named: it is only next in the queue.
select distinct holder.pid, holder.usename as role, holder.application_name as application
from pg_locks as work
cross join lateral pg_catalog.unnest(pg_catalog.pg_blocking_pids(work.pid)) as blocking (pid)
join pg_stat_activity as holder on holder.pid = blocking.pid and pg_catalog.cardinality(pg_catalog.pg_blocking_pids(holder.pid)) = 0
where work.relation = pg_catalog.to_regclass($1) and work.database = (select oid from pg_database where datname = current_database())
order by holder.pid
