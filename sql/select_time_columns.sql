-- Columns of the given tables that hold a time, with the properties that identify the time of an event. $1 tables.
select class.relname as table_name, class.relkind in ('v', 'm') as is_view, attribute.attname as column_name,
  pg_catalog.format_type(attribute.atttypid, null) as type, attribute.attnotnull as is_required, attribute.atthasdef as has_default,
  coalesce(attribute.attnum = any (partitioned.partattrs), false) as is_partition_key,
  coalesce(attribute.attnum = any (key.indkey), false) as is_primary_key
from pg_class as class
join pg_attribute as attribute on attribute.attrelid = class.oid and attribute.attnum > 0 and not attribute.attisdropped
left join pg_partitioned_table as partitioned on partitioned.partrelid = class.oid
left join pg_index as key on key.indrelid = class.oid and key.indisprimary
where class.relnamespace = current_schema()::regnamespace and class.relkind in ('r', 'p') and not class.relispartition
  and class.relname = any ($1::text[]) and attribute.atttypid in ('date'::regtype, 'timestamptz'::regtype, 'timestamp'::regtype)
order by class.relname, attribute.attnum
