-- The applied schema files, in order.
select name, sha256, applied_at, version from schema_files order by applied_at, name
