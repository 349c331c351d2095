-- Take a lock that lives as long as this connection. $1: what is locked. held: false when another connection has it.
select pg_try_advisory_lock(hashtextextended($1, 0)) as held
