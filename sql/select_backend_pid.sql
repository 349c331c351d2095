-- Process of the server that answers. Behind a connection pooler it is not the one that the sign-in named.
select pg_backend_pid() as pid
