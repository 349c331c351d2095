-- The locks of the shards of a feed with another number of shards. $1: begin of their names, $2: the own number: '/10'.
select pg_catalog.substr(name, pg_catalog.length($1) + 1) as shard
from job_locks
where
  pg_catalog.starts_with(name, $1)
  and not pg_catalog.right(name, pg_catalog.length($2)) = $2
  and until > clock_timestamp()
order by name
