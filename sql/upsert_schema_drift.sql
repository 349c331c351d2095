-- Record the fields that were missing in a run, and forget those that have returned. $1 job, $2 source, $3 missing fields,
-- $4 fields that were there, $5 instant.
with returned as (
  delete from schema_drift where unit = $1 and source = $2 and field = any($4::text[])
)
insert into schema_drift (unit, source, field, since)
select $1, $2, field, $5::timestamptz from pg_catalog.unnest($3::text[]) as field
on conflict (unit, source, field) do nothing
returning (xmax = 0) as inserted
