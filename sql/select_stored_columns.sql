-- The columns of a table that are stored, without generated ones. $1: the table.
select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum
