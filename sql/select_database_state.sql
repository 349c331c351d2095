-- State of a database at connection: server version, data origin, applied schema files. Fails (42P01) if fin was never set up in it.
select current_setting('server_version_num')::int as version,
  (select world from fin_world) as world,
  (select coalesce(json_object_agg(name, sha256), '{}') from schema_files) as files
