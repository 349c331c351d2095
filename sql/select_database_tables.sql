-- Tables that show whether a database belongs to fin, to another program, or is empty. Works on any database.
-- schema: where new tables go, null if search_path names none; elsewhere: a schema with fin's tables that search_path does not name.
select pg_catalog.current_setting('server_version_num')::int as version, pg_catalog.current_setting('server_encoding') as encoding,
  pg_catalog.to_regclass('fin_world') is not null as has_world,
  pg_catalog.to_regclass('schema_files') is not null as has_files,
  current_schema() as schema,
  (select pg_catalog.min(relnamespace::regnamespace::text) from pg_class
   where relname = 'schema_files' and pg_catalog.to_regclass('schema_files') is null) as elsewhere,
  (select pg_catalog.count(*)::int from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'::text
     and c.relname not in ('fin_world', 'schema_files')) as others
