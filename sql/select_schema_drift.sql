-- Fields that providers no longer send, by job.
select unit, source, field, since from schema_drift order by unit, source, field
