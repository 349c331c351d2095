-- Use of a provider's windows, one row per window query, with the cooldown of its credential. $1: provider, $2: window queries as JSON:
-- index, label, credentials (counted together), unit, headroom (without the new request), since (requests after it count),
-- before (only reservations made before this one count; null: all).
-- overflow_at: the newest instant since which the count exceeds the headroom; a window that begins after it has a free slot.
-- unanswered_until: until when the last reservation without an answer counts.
select query.index, counted.spent, overflow.overflow_at, counted.oldest, counted.last_go_at, counted.last_counts_until, counted.unanswered_until,
  cooldowns.kind, cooldowns.since, cooldowns.until, cooldowns.why, cooldowns.fingerprint
from jsonb_to_recordset($2::jsonb) as query (index integer, label text, credentials text[], unit text, headroom numeric, since timestamptz, before bigint)
cross join lateral (
  select coalesce(sum(case query.unit when 'posts' then posts when 'usd' then usd else 1 end), 0) as spent,
    min(counts_until) as oldest, max(go_at) as last_go_at, max(counts_until) as last_counts_until,
    max(counts_until) filter (where outcome = 'reserved') as unanswered_until
  from provider_requests
  where provider = $1 and credential = any (query.credentials) and counts_until > query.since and outcome <> 'not sent'
    and (query.before is null or id < query.before)
) as counted
-- only an exceeded window is read request by request
cross join lateral (
  select max(counts_until) as overflow_at
  from (
    select counts_until, sum(case query.unit when 'posts' then posts when 'usd' then usd else 1 end) over (order by counts_until desc, id desc) as running
    from provider_requests
    where provider = $1 and credential = any (query.credentials) and counts_until > query.since and outcome <> 'not sent' and counted.spent > query.headroom
      and (query.before is null or id < query.before)
  ) as newest_first
  where running > query.headroom
) as overflow
left join credential_rests as cooldowns on cooldowns.provider = $1 and cooldowns.credential = query.label
order by query.index
