-- Insert a reservation for one request. $1: provider, $2: credential, $3: job, $4: target, $5: instant of the reservation, $6: go_at,
-- $7: counts_until, $8: posts, $9: usd, $10: run_id, $11: host, $12: pid.
insert into provider_requests (provider, credential, unit, target, reserved_at, go_at, counts_until, posts, usd, run_id, host, pid)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
returning id
