-- Forget the attempts and successes in the future, so that their targets are due again. $1: the latest valid instant.
-- The cursor stays, because it is a position in the provider's data.
update target_state set last_attempt = null, last_success = null, next_due = null
where last_success > $1::timestamptz or last_attempt > $1::timestamptz
returning target
