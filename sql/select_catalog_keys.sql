-- Primary and unique keys of every table of the current schema, primary first; is_surrogate: the key has only identity or serial columns.
select c.relname as relation, x.relname as index_name,
  pg_catalog.array_agg(a.attname::text order by k.position) as columns,
  pg_catalog.bool_and(a.attidentity <> '' or coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), '') like 'nextval(%') as is_surrogate
from pg_index i
join pg_class c on c.oid = i.indrelid
join pg_class x on x.oid = i.indexrelid
cross join lateral pg_catalog.unnest(i.indkey::int2[]) with ordinality as k (attnum, position)
join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
where c.relnamespace = current_schema()::regnamespace and not c.relispartition and c.relname <> 'schema_files'
  and i.indisunique and i.indpred is null and i.indexprs is null
group by c.relname, i.indisprimary, x.relname
order by c.relname collate "C", i.indisprimary desc, x.relname collate "C"
