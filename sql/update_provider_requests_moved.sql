-- Move a reservation that waits to an earlier instant. $1: id, $2: go_at, $3: counts_until.
update provider_requests set go_at = $2, counts_until = $3 where id = $1 and outcome = 'reserved'
