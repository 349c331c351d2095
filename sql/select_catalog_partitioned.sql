-- The tables of the current schema that are partitioned by range, and the column they are partitioned by.
select c.relname as relation, a.attname as column_name
from pg_partitioned_table p
join pg_class c on c.oid = p.partrelid
join pg_attribute a on a.attrelid = c.oid and a.attnum = p.partattrs[0]
where c.relnamespace = current_schema()::regnamespace and p.partstrat = 'r' and not c.relispartition
order by c.relname collate "C"
