-- What is spent of a provider's windows, one row per question, with the rest of its credential. $1: provider, $2: questions as JSON:
-- place, label, credentials (counted together), unit, room (what may be counted beside the new request), since (counted after it).
-- crossing: the newest instant back to which more than the room is counted; a window that begins after it has a place.
select ask.place, counted.spent, full_back_to.crossing, counted.oldest, counted.last_go_at, rests.kind, rests.until, rests.why, rests.fingerprint
from jsonb_to_recordset($2::jsonb) as ask (place integer, label text, credentials text[], unit text, room numeric, since timestamptz)
cross join lateral (
  select coalesce(sum(case ask.unit when 'posts' then posts when 'usd' then usd else 1 end), 0) as spent,
    min(counts_until) as oldest, max(go_at) as last_go_at
  from provider_requests
  where provider = $1 and credential = any (ask.credentials) and counts_until > ask.since and outcome <> 'not sent'
) as counted
-- only a window that is too full is gone through one by one
cross join lateral (
  select max(counts_until) as crossing
  from (
    select counts_until, sum(case ask.unit when 'posts' then posts when 'usd' then usd else 1 end) over (order by counts_until desc, id desc) as running
    from provider_requests
    where provider = $1 and credential = any (ask.credentials) and counts_until > ask.since and outcome <> 'not sent' and counted.spent > ask.room
  ) as newest_first
  where running > ask.room
) as full_back_to
left join credential_rests as rests on rests.provider = $1 and rests.credential = ask.label
order by ask.place
