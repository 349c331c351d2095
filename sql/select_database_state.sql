-- State of a database at connection: server version, data origin, applied schema files. Fails (42P01) if fin was never set up in it.
-- $1: names of fin's tables and views. hidden: those of another schema that stands before fin's in search_path.
select pg_catalog.current_setting('server_version_num')::int as version, pg_catalog.current_setting('server_encoding') as encoding,
  (select world from fin_world) as world,
  (select coalesce(pg_catalog.json_object_agg(name, sha256), '{}') from schema_files) as files,
  (select coalesce(pg_catalog.json_agg(c.relnamespace::regnamespace::text || '.' || c.relname::text), '[]')
   from pg_class c, pg_catalog.unnest($1::text[]) as ours (name)
   where c.oid = pg_catalog.to_regclass(ours.name) and c.relnamespace <> (select relnamespace from pg_class where oid = 'fin_world'::regclass)) as hidden
