-- Estimated rows of each table: the last analyze, or the rows that the statistics have seen since. Partitions count for their table.
select parent.relname as table_name, sum(greatest(part.reltuples::bigint, pg_stat_get_live_tuples(part.oid), 0))::bigint as rows
from pg_class as parent
cross join lateral (
  select leaf.oid, leaf.reltuples from pg_class as leaf where parent.relkind = 'r' and leaf.oid = parent.oid
  union all
  select leaf.oid, leaf.reltuples from pg_partition_tree(parent.oid) as tree join pg_class as leaf on leaf.oid = tree.relid
  where parent.relkind = 'p' and tree.isleaf
) as part
where parent.relnamespace = current_schema()::regnamespace and parent.relkind in ('r', 'p') and not parent.relispartition
group by parent.relname
order by parent.relname
