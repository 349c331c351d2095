-- Hold the lock of partition changes of one table until the transaction ends. $1: the table.
select pg_advisory_xact_lock(hashtextextended('fin partitions ' || $1, 0))
