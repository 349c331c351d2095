-- Hold the lock of schema changes until the transaction ends: every row of schema_files, in one order.
select name from schema_files order by name for update
