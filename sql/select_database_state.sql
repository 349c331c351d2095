-- State of a database at connection: server version, data origin, applied schema files. Fails (42P01) if fin was never set up in it.
-- $1: names of fin's tables and views. hidden: those of another schema that stands before fin's in search_path.
select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding,
  (select world from fin_world) as world,
  (select coalesce(json_object_agg(name, sha256), '{}') from schema_files) as files,
  (select coalesce(json_agg(c.relnamespace::regnamespace || '.' || c.relname), '[]')
   from pg_class c, unnest($1::text[]) as ours (name)
   where c.oid = to_regclass(ours.name) and c.relnamespace <> (select relnamespace from pg_class where oid = 'fin_world'::regclass)) as hidden
