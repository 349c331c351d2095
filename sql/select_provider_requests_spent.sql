-- What is spent of a provider's windows, one row per question, with the rest of its credential. $1: provider, $2: questions as JSON:
-- place, label, credentials (counted together), unit, room (what may be counted beside the new request), since (counted after it).
-- crossing: the newest instant back to which more than the room is counted; a window that begins after it has a place.
select ask.place, counted.spent, counted.crossing, counted.oldest, counted.last_go_at, rests.kind, rests.until, rests.why, rests.fingerprint
from jsonb_to_recordset($2::jsonb) as ask (place integer, label text, credentials text[], unit text, room numeric, since timestamptz)
cross join lateral (
  select coalesce(sum(cost), 0) as spent, max(counts_until) filter (where running > ask.room) as crossing, min(counts_until) as oldest,
    max(go_at) as last_go_at
  from (
    select requests.counts_until, requests.go_at, one.cost, sum(one.cost) over (order by requests.counts_until desc, requests.id desc) as running
    from provider_requests as requests
    cross join lateral (select case ask.unit when 'posts' then requests.posts when 'usd' then requests.usd else 1 end) as one (cost)
    where requests.provider = $1 and requests.credential = any (ask.credentials) and requests.counts_until > ask.since
      and requests.outcome <> 'not sent'
  ) as newest_first
) as counted
left join credential_rests as rests on rests.provider = $1 and rests.credential = ask.label
order by ask.place
