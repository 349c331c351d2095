-- The databases of this server that belong to fin, with their size in bytes. $1: their names.
select datname as name, pg_database_size(datname)::text as bytes from pg_database where datname = any ($1::text[]) order by datname
