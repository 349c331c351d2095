-- Tables that show whether a database belongs to fin, to another program, or is empty. Works on any database.
select current_setting('server_version_num')::int as version,
  to_regclass('fin_world') is not null as has_world,
  to_regclass('schema_files') is not null as has_files,
  (select count(*)::int from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
     and c.relname not in ('fin_world', 'schema_files')) as others
