-- The columns of a table that hold a value of their own (generated ones left out). $1: the table.
select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum
