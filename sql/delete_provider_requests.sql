-- Delete old requests in batches, through the index of the windows. $1: provider, $2: credentials, $3: they counted until before, $4: most rows.
delete from provider_requests where id in (
  select id from provider_requests where provider = $1 and credential = any ($2::text[]) and counts_until < $3 limit $4
)
