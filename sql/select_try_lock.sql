-- Try to take a lock for the life of this connection. $1: its name. held: false if another connection has it.
select pg_try_advisory_lock(hashtextextended($1, 0)) as held
