-- What a database says about itself when it is opened: server version, world, applied schema files. Fails (42P01) where fin was never set up.
select current_setting('server_version_num')::int as version,
  (select world from fin_world) as world,
  (select coalesce(json_object_agg(name, sha256), '{}') from schema_files) as files
