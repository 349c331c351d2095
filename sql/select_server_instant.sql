-- Current time of the database server.
select clock_timestamp() as instant, current_setting('server_version') as version
