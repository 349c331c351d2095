-- The columns of every table and view of the current schema, in order, without partitions and the schema ledger.
select c.relname as relation, c.relkind in ('v', 'm') as is_view, a.attname as name,
  pg_catalog.format_type(a.atttypid, null) as type, a.attnotnull as not_null,
  a.attidentity <> '' as is_identity, a.attgenerated <> '' as is_generated, a.atthasdef and a.attgenerated = '' as has_default,
  coalesce(pg_catalog.col_description(c.oid, a.attnum) like 'filled by %', false) as is_filled_later
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
  and not c.relispartition and c.relname <> 'schema_files'
order by c.relname collate "C", a.attnum
