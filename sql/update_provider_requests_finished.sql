-- Record how a request ended. $1: id, $2: outcome, $3: instant at which that was known, $4: status, $5: note, $6: posts, $7: usd (null: as reserved).
-- An answer bounds the instant at which the provider counted the request, to a millisecond. After a failure the reserved bound stays.
update provider_requests
set outcome = $2, finished_at = $3, status = $4, note = $5, posts = coalesce($6, posts), usd = coalesce($7, usd),
  counts_until = greatest($3::timestamptz + interval '1 millisecond', case when $2 = 'failed' then counts_until else go_at end)
where id = $1 and outcome = 'reserved'
