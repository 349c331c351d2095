-- Forget old requests, some at a time, found through the index of the windows. $1: provider, $2: credentials, $3: counted before, $4: at most so many.
delete from provider_requests where id in (
  select id from provider_requests where provider = $1 and credential = any ($2::text[]) and counts_until < $3 limit $4
)
