-- Version of the server, and the database this connection is in.
select split_part(current_setting('server_version'), ' ', 1) as version, current_database()::text as current
