-- Forget a consumer. $1: its group, $2: host, $3: process.
delete from stream_consumers where consumer = $1::text and host = $2::text and pid = $3::integer
