-- Count rows with an instant in the future. $1: the latest valid instant of reservations and cooldowns, $2: that of successes.
select
  (select count(*)::integer from provider_requests where counts_until > $1::timestamptz or go_at > $1::timestamptz) as reservations,
  (select count(*)::integer from credential_rests where since > $1::timestamptz) as cooldowns,
  (select count(*)::integer from target_state where last_success > $2::timestamptz or last_attempt > $2::timestamptz) as successes
